use super::{Reservoir, ReservoirSettings, reservoir_update};
use crate::neuro::Activation;
use approx::assert_relative_eq;
use prism_device::{Buffer, Device, Result};

fn table(rows: usize, columns: usize, cell: impl Fn(usize, usize) -> f64) -> Buffer<f64> {
    let cells: Vec<f64> = (0..rows * columns).map(|i| cell(i / columns, i % columns)).collect();
    Device::cpu().upload(&cells, &[rows, columns]).unwrap()
}

fn w(scale: f64) -> Buffer<f64> {
    table(4, 4, |i, j| scale * ((3 * i + 5 * j) % 7) as f64 - scale * 3.0)
}

fn w_in() -> Buffer<f64> {
    table(4, 2, |i, k| (((2 * i + 3 * k) % 5) as f64 - 2.0) / 4.0)
}

fn u(shape: &[usize]) -> Buffer<f64> {
    let of = |i: usize| ((i / 2 * 3 + i % 2 * 2) % 5) as f64 / 2.0 - 1.0;
    let len = shape.iter().product();
    Device::cpu().upload(&(0..len).map(of).collect::<Vec<_>>(), shape).unwrap()
}

fn bias() -> Buffer<f64> {
    Device::cpu().upload(&[0.1, -0.2, 0.3, 0.0], &[4]).unwrap()
}

fn call(x: &Buffer<f64>, u: &Buffer<f64>, a: f64, noise: f64, offset: u64) -> Result<Reservoir<f64>> {
    let w = w(0.125);
    let settings = ReservoirSettings { a, noise, seed: 7, offset, ..Default::default() };
    reservoir_update(x, &w, None, None, &w_in(), u, Some(&bias()), None, None, &settings)
}

/// `reservoirpy.nodes.Reservoir(lr=0.3, W=W, Win=Win, bias=bias).run(u)`, reservoirpy 0.4.2.
#[test]
fn equals_reservoirpy() {
    let known = [
        [0.161_114_870_099_409_56, -0.059_212_596_067_471_2, -0.059_212_596_067_471_2, 0.073_475_598_721_112_74],
        [-0.024_337_956_500_207_41, 0.046_434_184_417_102_18, 0.115_974_519_021_180_28, -0.117_574_261_258_640_47],
        [0.127_458_058_273_339, -0.089_797_389_340_327_29, 0.104_019_219_060_950_27, 0.029_008_583_546_401_96],
        [-0.072_426_826_579_994_11, -0.028_484_996_738_220_28, 0.274_135_153_942_132_8, -0.107_801_713_777_114_45],
        [0.062_512_190_215_014_28, -0.181_811_450_899_436_04, 0.272_497_909_024_579_5, 0.083_133_657_374_420_37],
    ];
    let zero = Device::cpu().zeros(&[1, 4]).unwrap();
    let all = call(&zero, &u(&[1, 5, 2]), 0.3, 0.0, 0).unwrap();
    let states = all.states.unwrap().download().unwrap();
    for (x, expected) in states.iter().zip(known.concat()) {
        assert_relative_eq!(*x, expected, max_relative = 1e-13);
    }
    assert_eq!(states[16..], all.x.download().unwrap());
    let one = call(&zero, &u(&[1, 2]), 0.3, 0.0, 0).unwrap();
    assert_eq!(one.x.download().unwrap(), states[..4]);
    assert!(one.states.is_none());
}

#[test]
fn compressed_weights_are_the_same_weights() {
    let device = Device::cpu();
    let (mut row_start, mut column, mut value) = (vec![0], vec![], vec![]);
    for row in w(0.125).download().unwrap().chunks(4) {
        for (j, w) in row.iter().enumerate().filter(|(_, w)| **w != 0.0) {
            column.push(j as i32);
            value.push(*w);
        }
        row_start.push(column.len() as i32);
    }
    let (x, u) = (table(3, 4, |i, j| (i as f64 - j as f64) / 8.0), u(&[3, 4, 2]));
    let run = |column: &[i32]| {
        let nnz = value.len();
        let (starts, column) = (device.upload(&row_start, &[5])?, device.upload(column, &[nnz])?);
        let w = device.upload(&value, &[nnz])?;
        let settings = ReservoirSettings { a: 0.5, seed: 7, ..Default::default() };
        reservoir_update(&x, &w, Some(&starts), Some(&column), &w_in(), &u, Some(&bias()), None, None, &settings)
    };
    let dense = call(&x, &u, 0.5, 0.0, 0).unwrap();
    assert_eq!(run(&column).unwrap().x.download().unwrap(), dense.x.download().unwrap());
    column[2] = 4;
    let error = run(&column).unwrap_err().to_string();
    assert_eq!(error, "reservoir_update: `w` has a row that points outside the matrix");
}

/// The echo-state property: with a spectral norm below 1 two starts come together.
#[test]
fn two_starts_converge() {
    let u = u(&[2, 400, 2]);
    let same = u.download().unwrap()[..800].repeat(2);
    let u = Device::cpu().upload(&same, &[2, 400, 2]).unwrap();
    let x = table(2, 4, |i, j| if i == 0 { 0.9 } else { j as f64 - 1.5 });
    let apart = |t: usize, states: &[f64]| {
        (0..4).map(|j| (states[t * 4 + j] - states[(400 + t) * 4 + j]).abs()).fold(0.0, f64::max)
    };
    let states = call(&x, &u, 0.3, 0.0, 0).unwrap().states.unwrap().download().unwrap();
    assert!(apart(0, &states) > 0.1 && apart(399, &states) < 1e-12);
}

/// ξ lies inside f, and calls one after the other draw what one long call draws.
#[test]
fn noise_is_drawn_by_its_number() {
    let device = Device::cpu();
    let (x, zero) = (device.zeros(&[2, 4]).unwrap(), device.zeros(&[2, 3, 2]).unwrap());
    let long = call(&x, &zero, 1.0, 0.5, 0).unwrap().x.download().unwrap();
    let step = device.zeros(&[2, 2]).unwrap();
    let mut x = x;
    for s in 0..3 {
        x = call(&x, &step, 1.0, 0.5, s * 8).unwrap().x;
        if s == 0 {
            let draws = prism_device::philox::Philox::new(7, 0);
            let first = x.download().unwrap();
            for (i, x) in first.iter().enumerate() {
                let b = [0.1, -0.2, 0.3, 0.0][i % 4];
                assert_relative_eq!(*x, (b + 0.5 * draws.normal(i as u64)).tanh(), max_relative = 1e-14);
            }
        }
    }
    assert_eq!(x.download().unwrap(), long);
}

/// Identity without input is a linear map: x′ = W·x + `w_fb`·y.
#[test]
fn feedback_adds_to_the_drive() {
    let device = Device::cpu();
    let (x, w) = (table(1, 4, |_, j| j as f64), table(4, 4, |i, j| if i == j { 2.0 } else { 0.0 }));
    let (w_fb, y) = (table(4, 1, |i, _| i as f64), device.upload(&[10.0], &[1, 1]).unwrap());
    let (w_in, u) = (device.zeros(&[4, 0]).unwrap(), device.zeros(&[1, 0]).unwrap());
    let settings = ReservoirSettings { f: Activation::Identity, ..Default::default() };
    let run = |y| reservoir_update(&x, &w, None, None, &w_in, &u, None, Some(&w_fb), y, &settings);
    let out = run(Some(&y)).unwrap();
    assert_eq!(out.x.download().unwrap(), [0.0, 12.0, 24.0, 36.0]);
    let error = run(None).unwrap_err().to_string();
    assert_eq!(error, "reservoir_update: `y` is not given, and what goes with it is");
}

#[test]
fn no_steps_leave_the_state_and_bad_arguments_are_named() {
    let device = Device::cpu();
    let x = table(1, 4, |_, j| j as f64);
    let none = call(&x, &device.zeros(&[1, 0, 2]).unwrap(), 0.3, 0.0, 0).unwrap();
    assert_eq!(none.x.download().unwrap(), x.download().unwrap());
    assert_eq!(none.states.unwrap().shape(), [1, 0, 4]);
    let text = |u: &Buffer<f64>, a, noise| call(&x, u, a, noise, 0).unwrap_err().to_string();
    let u = u(&[1, 2]);
    assert_eq!(text(&u, 1.5, 0.0), "reservoir_update: needs 0 <= a <= 1, got a = 1.5");
    assert_eq!(text(&u, 1.0, f64::NAN), "reservoir_update: needs 0 <= noise < ∞, got noise = NaN");
    let flat = device.zeros(&[2]).unwrap();
    assert_eq!(text(&flat, 1.0, 0.0), "reservoir_update: `u` must be [.., K] or [.., T, K], got [2]");
    let wide = device.zeros(&[1, 3]).unwrap();
    assert_eq!(text(&wide, 1.0, 0.0), "reservoir_update: `u` must be [1, 2], got [1, 3]");
}
