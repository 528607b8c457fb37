//! Sums of the weights of pairs of values.

use super::pair_counts::{bin, edges, samples};
use crate::rows::part;
use prism_derive::kernel;
use prism_device::Real;

/// Adds to a table, for every part of a row, the weights of the pairs that fall into each of its cells.
///
/// `x, y, weights [r, n]`, `range [r, 4]` as of [`pair_counts`](super::pair_counts()) → `sums [r, parts, nx, ny]`, added to
/// what they hold, start from zeros; part j of a row holds its samples from j·⌈n/parts⌉ on. A cell's sum is that of a loop
/// over the part, in double precision. O(r·n), read once, and a read and a write of a cell for most samples; no scratch.
#[kernel(
    threads = r * parts * 32,
    block = [128],
    requires(nx >= 1, ny >= 1, parts >= 1),
    types(f32, f64),
    check(r = [0, 1, 9], n = [0, 1, 31, 33, 257, 5_000], parts = [1, 3], nx = [1, 10, 257], ny = [1, 33]),
    bench(r = 1, n = 33_554_432, parts = 2_048, nx = 10, ny = 10),
    bench(r = 1_024, n = 16_384, parts = 1, nx = 16, ny = 16),
    inputs = samples,
    tolerance = Exact,
)]
pub fn pair_sums<T: Real>(
    #[shape(r, n)] x: &[T],
    #[shape(r, n)] y: &[T],
    #[shape(r, n)] weights: &[T],
    #[shape(r, 4)] range: &[f64],
    #[inout]
    #[shape(r, parts, nx, ny)]
    sums: &mut [f64],
) {
    for item in 0..r * parts {
        let row = item / parts;
        let across = edges(range[4 * row], range[4 * row + 1], nx);
        let along = edges(range[4 * row + 2], range[4 * row + 3], ny);
        for i in part(item, n, parts).map(|i| row * n + i) {
            if let (Some(kx), Some(ky)) = (bin(x[i].into(), &across), bin(y[i].into(), &along)) {
                sums[(item * nx + kx) * ny + ky] += weights[i].into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pair_sums;
    use prism_device::Device;

    #[test]
    fn parts_have_tables_of_their_own_and_keep_what_is_there() {
        let device = Device::cpu();
        let row = |values: &[f32]| device.upload(values, &[1, 5]).unwrap();
        let x = row(&[0.0, 0.9, 0.1, 2.0, 0.2]);
        let range = device.upload(&[0.0, 1.0, 0.0, 1.0], &[1, 4]).unwrap();
        let mut sums = device.upload(&[1.0, 0.0, 0.0, 0.0], &[1, 2, 2, 1]).unwrap();
        pair_sums(&x, &row(&[0.5; 5]), &row(&[1.0, 2.0, 4.0, 8.0, -0.5]), &range, &mut sums).unwrap();
        assert_eq!(sums.download().unwrap(), [6.0, 2.0, -0.5, 0.0]);
    }
}
