use super::{StdpSettings, stdp_update};
use approx::assert_relative_eq;
use prism_device::{Device, Real, Result};

/// Steps of 0.1 ms in which the neurons of NEST's test spike; post spikes 1 ms, the dendritic delay, later.
const PRE: [usize; 8] = [100, 250, 310, 520, 700, 703, 950, 1400];
const POST: [usize; 8] = [130, 210, 310, 340, 700, 702, 910, 1110];

fn mask(steps: usize, spikes: &[usize]) -> Vec<u32> {
    (1..=steps).map(|s| u32::from(spikes.contains(&s))).collect()
}

/// The weight of one synapse after 1400 steps from 50.
fn one<T: Real>(mu: f64) -> f64 {
    let device = Device::cpu();
    let mut w = device.upload(&[T::nearest(50.0)], &[1, 1]).unwrap();
    let (mut x, mut y) = (device.zeros(&[1]).unwrap(), device.zeros(&[1]).unwrap());
    let [pre, post] = [PRE, POST].map(|spikes| device.upload(&mask(1400, &spikes), &[1400, 1]).unwrap());
    let settings = StdpSettings { mu_plus: mu, mu_minus: mu, ..Default::default() };
    stdp_update(&mut w, None, None, &mut x, &mut y, &pre, &post, &settings).unwrap();
    w.download().unwrap()[0].into()
}

/// NEST 3.10.0: `stdp_synapse` between parrot neurons, weight 50, Wmax 100, delay 1 ms; presynaptic spikes at 10, 25, 31,
/// 52, 70, 70.3, 95 and 140 ms, postsynaptic ones at 12, 20, 30, 33, 69, 69.2, 90 and 110 ms. Two pairs coincide.
#[test]
fn equals_nest() {
    let known = [(1.0, 50.005_118_639_836_255), (0.0, 50.182_224_230_633_35), (0.4, 50.057_541_594_302_535)];
    for (mu, expected) in known {
        assert_relative_eq!(one::<f64>(mu), expected, max_relative = 1e-13);
        assert_relative_eq!(one::<f32>(mu), expected, max_relative = 1e-6);
    }
}

struct Network {
    w: Vec<f64>,
    x: Vec<f64>,
    y: Vec<f64>,
}

/// 40 by 70 neurons that spike often, through 25 steps; as compressed rows without the synapses of weight 0.
fn network(sparse: bool, outside: bool) -> Result<Network> {
    let device = Device::cpu();
    let random = prism_device::philox::Philox::new(3, 0);
    let cell = |at: usize| if at % 3 == 1 { 0.0 } else { 100.0 * random.uniform(at as u64) };
    let dense: Vec<f64> = (0..2800).map(cell).collect();
    let word = |i: usize, last: u32| random.word(10_000 + i as u64) & random.word(20_000 + i as u64) & last;
    let pre: Vec<u32> = (0..50).map(|i| word(i, if i % 2 == 1 { 0xff } else { !0 })).collect();
    let post: Vec<u32> = (0..75).map(|i| word(100 + i, if i % 3 == 2 { 0x3f } else { !0 })).collect();
    let (pre, post) = (device.upload(&pre, &[25, 2])?, device.upload(&post, &[25, 3])?);
    let (mut x, mut y) = (device.zeros(&[40])?, device.zeros(&[70])?);
    let kept: Vec<usize> = (0..2800).filter(|at| at % 3 != 1).collect();
    let columns: Vec<i32> = kept.iter().map(|at| if outside { 70 } else { (at % 70) as i32 }).collect();
    let starts: Vec<i32> = (0..=40).map(|i| kept.iter().filter(|&&at| at < 70 * i).count() as i32).collect();
    let values: Vec<f64> = kept.iter().map(|&at| dense[at]).collect();
    let (starts, columns) = (device.upload(&starts, &[41])?, device.upload(&columns, &[kept.len()])?);
    let (mut all, mut some) = (device.upload(&dense, &[40, 70])?, device.upload(&values, &[kept.len()])?);
    let settings = StdpSettings {
        lambda: 0.1,
        alpha: 1.1,
        mu_plus: 0.5,
        mu_minus: 1.0,
        tau_plus: 20.0,
        tau_minus: 30.0,
        w_max: 100.0,
        dt: 1.0,
    };
    if sparse {
        stdp_update(&mut some, Some(&starts), Some(&columns), &mut x, &mut y, &pre, &post, &settings)?;
    } else {
        stdp_update(&mut all, None, None, &mut x, &mut y, &pre, &post, &settings)?;
    }
    let w = if sparse { some.download()? } else { kept.iter().map(|&at| all.as_host().unwrap()[at]).collect() };
    Ok(Network { w, x: x.download()?, y: y.download()? })
}

#[test]
fn compressed_synapses_learn_what_dense_ones_do() {
    let (dense, sparse) = (network(false, false).unwrap(), network(true, false).unwrap());
    assert_eq!(dense.w, sparse.w);
    assert_eq!((dense.x, dense.y), (sparse.x, sparse.y));
    assert!(dense.w.iter().all(|w| (0.0..=100.0).contains(w)));
    let error = network(true, true).err().unwrap().to_string();
    assert_eq!(error, "stdp_update: `w` has a row that points outside the matrix");
}

/// One pre and one post spike: the window A·e^(−Δt/τ) on either side, nothing at Δt = 0, and the traces that remain.
#[test]
fn pairs_change_weights_by_the_window() {
    let device = Device::cpu();
    for lag in [-30, -1, 0, 1, 30] {
        let [pre, post] = [0, lag].map(|at| device.upload(&mask(100, &[(50 + at) as usize]), &[100, 1]).unwrap());
        let (mut x, mut y) = (device.zeros(&[1]).unwrap(), device.zeros(&[1]).unwrap());
        let mut w = device.upload(&[40.0f64], &[1, 1]).unwrap();
        let settings = StdpSettings {
            lambda: 0.02,
            alpha: 1.5,
            mu_plus: 0.0,
            mu_minus: 0.0,
            tau_plus: 10.0,
            dt: 1.0,
            ..Default::default()
        };
        stdp_update(&mut w, None, None, &mut x, &mut y, &pre, &post, &settings).unwrap();
        let lag = f64::from(lag);
        let change = match lag {
            0.0 => 0.0,
            _ if lag > 0.0 => 2.0 * (-lag / 10.0).exp(),
            _ => -3.0 * (lag / 20.0).exp(),
        };
        assert_relative_eq!(w.download().unwrap()[0], 40.0 + change, max_relative = 1e-14);
        assert_relative_eq!(x.download().unwrap()[0], (-5.0f64).exp(), max_relative = 1e-13);
    }
}

#[test]
fn bad_arguments_are_named() {
    let device = Device::cpu();
    let text = |w: f64, tau: f64, lambda: f64, words: usize| {
        let mut w = device.upload(&[w], &[1, 1]).unwrap();
        let (mut x, mut y) = (device.zeros(&[1]).unwrap(), device.zeros(&[1]).unwrap());
        let (pre, post) = (device.upload(&[1], &[1, 1]).unwrap(), device.zeros(&[1, words]).unwrap());
        let settings = StdpSettings { lambda, tau_plus: tau, ..Default::default() };
        stdp_update(&mut w, None, None, &mut x, &mut y, &pre, &post, &settings).unwrap_err().to_string()
    };
    let name = "stdp_update: ";
    assert_eq!(text(50.0, 0.0, 0.01, 1), format!("{name}needs a parameter 0 < p < ∞, got tau_plus = 0"));
    assert_eq!(text(50.0, 20.0, -0.5, 1), format!("{name}needs a parameter 0 <= p < ∞, got lambda = -0.5"));
    assert_eq!(text(100.5, 20.0, 0.01, 1), format!("{name}`w` holds a weight outside [0, w_max]"));
    assert_eq!(text(f64::NAN, 20.0, 0.01, 1), format!("{name}`w` holds a weight outside [0, w_max]"));
    assert_eq!(text(50.0, 20.0, 0.01, 2), format!("{name}`post` must be [1, 1], got [1, 2]"));
}
