//! Rotation of pairs of elements by an angle that grows with their position.

use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::{Dtype, Float};

/// Pairs of every row turned by position·`scale`·frequency, or by the cosine and sine cached for their position.
///
/// `x [b, h, s, d]` → `y`, the same shape; with `sequence_first` = 1 elements lie as `[b, s, h, d]`. The first `rotary`
/// elements of a row are r pairs, (i, i + r), or with `interleaved` = 1 (2i, 2i + 1); the others are copied.
/// y₁ = x₁·cos − x₂·sin, y₂ = x₂·cos + x₁·sin. Positions are `positions [given, s]`, given = b, or where given = 0
/// `start`, `start` + 1 and so on. Angles are formed in `f64` from `frequencies [f]`, f = r, in radians; where f = 0, row
/// number position of `cosines` and `sines [m, c]`, c = r, is taken. Where there is none, pairs are NaN and `fault [1]` is
/// raised to ¬place. Su et al. 2021. O(b·h·s·d), each element read and written once.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * s * (d - (rotary / 2).min(d)),
    block = [256, 128, 64],
    requires(
        rotary % 2 == 0,
        rotary <= d,
        given == 0 || given == b,
        f == 0 || 2 * f == rotary,
        f > 0 || 2 * c == rotary,
        interleaved <= 1,
        sequence_first <= 1,
    ),
    types(f16, bf16, f32, f64),
    check(
        b = [2],
        h = [3, 0, 9],
        s = [33, 0],
        d = [64, 12, 14],
        given = [2, 0],
        f = [0, 6, 32, 4],
        m = [40],
        c = [6, 32, 4],
        rotary = [12, 64, 8],
        interleaved = [0, 1],
        sequence_first = [0, 1],
    ),
    bench(b = 8, h = 32, s = 4_096, d = 128, given = 8, f = 64, m = 0, c = 64, rotary = 128, interleaved = 0, sequence_first = 0),
    bench(b = 8, h = 32, s = 4_096, d = 128, given = 8, f = 64, m = 0, c = 64, rotary = 128, interleaved = 1, sequence_first = 1),
    inputs = far_positions,
    tolerance = Units(cap),
)]
pub fn rope_rotation<T: Float>(
    #[shape(b, h, s, d)] x: &[T],
    #[shape(given, s)] positions: &[i64],
    #[shape(f)] frequencies: &[f64],
    #[shape(m, c)] cosines: &[T],
    #[shape(m, c)] sines: &[T],
    #[shape(b, h, s, d)] y: &mut [T],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    start: i64,
    scale: f64,
    rotary: u32,
    interleaved: u32,
    sequence_first: u32,
) {
    let half = rotary as usize / 2;
    let turn = |position: i64, i: usize| match frequencies.get(i) {
        Some(frequency) => (position as f64 * scale * frequency).sin_cos(),
        None if (0..m as i64).contains(&position) => {
            (sines[position as usize * c + i].into(), cosines[position as usize * c + i].into())
        }
        None => (f64::NAN, f64::NAN),
    };
    y.copy_from_slice(x);
    for row in 0..b * h * s {
        let at = if sequence_first == 1 { row / (s * h) * s + row / h % s } else { row / (s * h) * s + row % s };
        let position = positions.get(at).copied().unwrap_or_else(|| start.wrapping_add((at % s) as i64));
        for i in 0..half {
            let (sin, cos) = turn(position, i);
            let (one, two) = if interleaved == 1 { (2 * i, 2 * i + 1) } else { (i, i + half) };
            let (x1, x2): (f64, f64) = (x[row * d + one].into(), x[row * d + two].into());
            y[row * d + one] = T::nearest(x1 * cos - x2 * sin);
            y[row * d + two] = T::nearest(x2 * cos + x1 * sin);
            if cos.is_nan() {
                fault[0] = fault[0].max(!(at as u64));
            }
        }
    }
}

/// Positions to 2²⁰, some before 0; one behind the cache; frequencies of base 10⁴.
fn far_positions(case: &mut Case) {
    let [f, m] = ["f", "m"].map(|name| case.quantity(name));
    *case.value("scale") = Value::Scalar(1.0f64.into());
    *case.value("start") = Value::Scalar(if f > 0 { 1_000_000i64 } else { 3 }.into());
    case.change("frequencies", |all| {
        all.iter_mut().zip(0u32..).for_each(|(to, i)| *to = 1e4f64.powf(-f64::from(i) / f as f64));
    });
    let Value::I64(_, positions) = case.value("positions") else { return };
    for (at, position) in positions.iter_mut().enumerate() {
        *position = match f {
            0 if at == 5 => m as i64,
            0 => (*position).rem_euclid(m.max(1) as i64),
            _ => *position % (1 << 20) - 1_000,
        };
    }
}

/// 10⁻⁶ of a pair's larger element for the angle.
/// In `f64` the angles of all positions to 2²⁰ are within 10⁻⁹.
fn cap(case: &Case, _: &str) -> Vec<f64> {
    let (share, unit) = match case.dtype("x") {
        Dtype::F64 => (1e-9, Dtype::F64.roundoff()),
        _ => (1e-6, Dtype::F32.roundoff()),
    };
    let (d, half) = (case.quantity("d") as usize, case.quantity("rotary") as usize / 2);
    let interleaved = case.quantity("interleaved") == 1;
    let other = |i: usize| {
        if i >= 2 * half {
            i
        } else if interleaved {
            i ^ 1
        } else {
            (i + half) % (2 * half)
        }
    };
    let rows = case.doubles("x");
    let of_row = |row: &[f64]| (0..d).map(|i| row[i].abs().max(row[other(i)].abs())).collect::<Vec<_>>();
    rows.chunks(d.max(1)).flat_map(of_row).map(|larger| share * larger / unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use prism_device::Device;

    #[test]
    fn a_quarter_turn_moves_the_first_of_a_pair_to_the_second() {
        let device = Device::cpu();
        let x = device.upload(&[1.0f64, 2.0, 3.0, 4.0, 5.0], &[1, 1, 1, 5]).unwrap();
        let (cosines, sines) = (device.upload(&[0.0; 2], &[1, 2]).unwrap(), device.upload(&[1.0; 2], &[1, 2]).unwrap());
        for (interleaved, turned) in [(0, [-3.0, -4.0, 1.0, 2.0, 5.0]), (1, [-2.0, 1.0, -4.0, 3.0, 5.0])] {
            let (positions, none) = (device.zeros(&[1, 1]).unwrap(), device.zeros(&[0]).unwrap());
            let (mut y, mut fault) = (device.zeros(&[1, 1, 1, 5]).unwrap(), device.zeros(&[1]).unwrap());
            rope_rotation(&x, &positions, &none, &cosines, &sines, &mut y, &mut fault, 0, 1.0, 4, interleaved, 0)
                .unwrap();
            assert_eq!((y.download().unwrap(), fault.download().unwrap()), (turned.to_vec(), vec![0]));
        }
    }
}
