//! Counts of pairs of values.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Adds to a table how many of a row's pairs fall into each of its cells.
///
/// `x, y [r, n]`, `range [r, 4]` (the lowest and highest x, then y, of each row) → `counts [r, nx, ny]`, added to what
/// it holds: start from zeros. The edges are doubles, lo + k·(hi − lo)/n as `numpy.linspace` rounds them; a bin holds
/// its lower edge, the last its upper one too. Equal limits widen by ½ each way. A pair with a value outside, or NaN, is
/// not counted; with limits that are not finite or descend, none is. Without a range of your own, take the data's
/// least and greatest values. Equals `numpy.histogram2d` with `range` given. O(r·n), read once, no scratch.
#[kernel(
    threads = r * n.div_ceil(samples_of_block(nx * ny)) * 512,
    block = [512],
    requires(nx >= 1, ny >= 1),
    types(f32, f64),
    check(r = [0, 9], n = [0, 1, 2, 31, 33, 257, 1000, 20_000, 65_540, 65_541], nx = [1, 2, 10, 257], ny = [1, 7, 33]),
    bench(r = 1, n = 33_554_432, nx = 10, ny = 10),
    bench(r = 1, n = 33_554_432, nx = 100, ny = 100),
    bench(r = 1_024, n = 16_384, nx = 16, ny = 16),
    inputs = samples,
)]
pub fn pair_counts<T: Real>(
    #[shape(r, n)] x: &[T],
    #[shape(r, n)] y: &[T],
    #[shape(r, 4)] range: &[f64],
    #[inout]
    #[shape(r, nx, ny)]
    counts: &mut [u32],
) {
    for row in 0..r {
        let across = edges(range[4 * row], range[4 * row + 1], nx);
        let along = edges(range[4 * row + 2], range[4 * row + 3], ny);
        for i in row * n..(row + 1) * n {
            if let (Some(kx), Some(ky)) = (bin(x[i].into(), &across), bin(y[i].into(), &along)) {
                counts[(row * nx + kx) * ny + ky] += 1;
            }
        }
    }
}

/// The samples that a block takes: more where a table is large, for each block adds its own to the output's.
fn samples_of_block(cells: u64) -> u64 {
    65_536 * (cells.min(16_384) / 4096).max(1)
}

/// `numpy.linspace(lo, hi, n + 1)`, limits widened where they are equal.
#[allow(clippy::float_cmp)] // Only limits of no extent widen.
pub(super) fn edges(lo: f64, hi: f64, n: usize) -> Vec<f64> {
    let (lo, hi) = if lo == hi { (lo - 0.5, hi + 0.5) } else { (lo, hi) };
    let step = (hi - lo) / n as f64;
    let offset = |k: usize| if step == 0.0 { k as f64 / n as f64 * (hi - lo) } else { k as f64 * step };
    (0..n).map(|k| offset(k) + lo).chain([hi]).collect()
}

/// The bin of a value by search, the last closed.
pub(super) fn bin(value: f64, edges: &[f64]) -> Option<usize> {
    let (lo, hi) = (edges[0], edges[edges.len() - 1]);
    let inside = value >= lo && value <= hi && (hi - lo).is_finite();
    inside.then(|| edges[..edges.len() - 1].partition_point(|&e| e <= value) - 1)
}

/// Ranges of every kind; some values on edges, outside, and NaN.
pub(super) fn samples(case: &mut Case) {
    const RANGES: [[f64; 4]; 6] = [
        [-2.0, 1.7, -1.0, 1.0],
        [-1.1, 0.7, -0.3, 2.9],
        [0.25, 0.25, -2.0, 2.0],
        [-1.0, f64::NAN, -1.0, 1.0],
        [1.0, -1.0, -1.0, 1.0],
        [-1e-300, 1e-300, -1e9, 1e9],
    ];
    let (n, nx) = (case.quantity("n") as usize, case.quantity("nx") as usize);
    case.change("range", |range| {
        range.chunks_mut(4).enumerate().for_each(|(row, range)| range.copy_from_slice(&RANGES[row % 6]));
    });
    case.change("x", |x| {
        for (i, x) in x.iter_mut().enumerate() {
            let [lo, hi, ..] = RANGES[i / n % 6];
            match i % 16 {
                3 | 5 | 7 => *x = edges(lo, hi, nx)[i % (nx + 1)],
                9 => *x = f64::NAN,
                11 => *x = f64::INFINITY,
                _ => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{edges, pair_counts};
    use prism_device::Device;

    fn call(x: &[f64], y: &[f64], range: [f64; 4], nx: usize, ny: usize) -> Vec<u32> {
        let device = Device::cpu();
        let buffer = |values| device.upload(values, &[1, x.len()]).unwrap();
        let range = device.upload(&range, &[1, 4]).unwrap();
        let mut counts = device.zeros(&[1, nx, ny]).unwrap();
        pair_counts(&buffer(x), &buffer(y), &range, &mut counts).unwrap();
        counts.download().unwrap()
    }

    /// `numpy.histogram2d(x, y, bins=(10, 3), range=[[0, 1], [0, 1.05]])`, numpy 2.4.6: values on edges that are no
    /// multiples of the step, on the last edge, and outside.
    #[test]
    fn equals_numpy() {
        let x = [0.1, 0.2, 0.3, 0.3, 0.7, 0.7, 0.999_999_999_999_999_9, 1.0, 1.1, -0.1, 0.6, 0.5];
        let y = [0.0, 0.35, 0.35, 0.7, 0.7, 0.1, 0.2, 1.0, 0.5, 0.5, 0.6, 0.7];
        let mut expected = [0; 30];
        for (cell, count) in [(3, 1), (6, 2), (7, 1), (16, 2), (18, 1), (19, 1), (27, 1), (29, 1)] {
            expected[cell] = count;
        }
        assert_eq!(call(&x, &y, [0.0, 1.0, 0.0, 1.05], 10, 3), expected);
    }

    /// `numpy.histogram2d(…, bins=(4, 2), range=[[2, 2], [-1, 1]])`.
    #[test]
    fn equal_limits_widen() {
        let counts = call(&[2.0, 2.2, 1.6, 2.5, 2.51], &[0.0; 5], [2.0, 2.0, -1.0, 1.0], 4, 2);
        assert_eq!(counts, [0, 1, 0, 0, 0, 2, 0, 1]);
    }

    #[test]
    fn every_edge_opens_its_bin_and_the_last_closes() {
        let e = edges(-1.1, 0.7, 33);
        let counts = call(&e, &vec![0.0; 34], [-1.1, 0.7, 0.0, 1.0], 33, 1);
        assert_eq!(counts[..32], [1; 32]);
        assert_eq!(counts[32], 2);
    }

    #[test]
    fn what_has_no_bin_is_not_counted() {
        let nan = f64::NAN;
        let (x, y) = ([nan, 0.0, f64::INFINITY, -1e9], [0.0, nan, 0.0, 0.0]);
        assert_eq!(call(&x, &y, [-1.0, 1.0, -1.0, 1.0], 1, 1), [0]);
        for range in [[1.0, -1.0, -1.0, 1.0], [-1.0, nan, -1.0, 1.0], [f64::NEG_INFINITY, 1.0, -1.0, 1.0]] {
            assert_eq!(call(&[0.0], &[0.0], range, 1, 1), [0], "{range:?}");
        }
    }

    #[test]
    fn counts_are_added_to_what_is_there() {
        let device = Device::cpu();
        let (x, range) = (device.upload(&[0.5f32], &[1, 1]).unwrap(), device.upload(&[0.0, 1.0, 0.0, 1.0], &[1, 4]));
        let mut counts = device.upload(&[7], &[1, 1, 1]).unwrap();
        pair_counts(&x, &x, &range.unwrap(), &mut counts).unwrap();
        assert_eq!(counts.download().unwrap(), [8]);
    }
}
