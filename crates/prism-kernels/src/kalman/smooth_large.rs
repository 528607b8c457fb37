//! Smoothing of what Kalman filters of any size found.

use super::inputs::filtered;
use super::smooth::kalman_smooth_reference;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The numbers of scratch of a filter: four matrices of n × n and two vectors.
pub(super) fn smooth_words(n: u64) -> u64 {
    4 * n * n + 2 * n
}

/// Smooths the states of every Kalman filter of a batch, whatever its size, from the last step back to the first.
///
/// As [`kalman_smooth`](super::kalman_smooth()), with matrices in `scratch [b, 4n² + 2n]`, which must be zeros and are left
/// so. O(t·b·n³), a block a filter.
#[kernel(
    threads = b * 256,
    block = [256],
    requires(n < 65_536, bf == 1 || bf == b, bq == 1 || bq == b, bc == 1 || bc == b),
    types(f32, f64),
    check(t = [0, 1, 4], b = [0, 1, 7], n = [1, 33, 50], l = [0, 2], bf = [1, 7], bq = [1], bc = [1]),
    bench(t = 4, b = 132, n = 64, l = 0, bf = 1, bq = 1, bc = 1),
    inputs = large_filtered,
    tolerance = NearOne(4096.0),
    ops = 10 * t * b * n * n * n,
)]
#[allow(clippy::too_many_arguments)]
pub fn kalman_smooth_large<T: Real>(
    #[shape(t, b, n)] x: &[T],
    #[shape(t, b, n, n)] p: &[T],
    #[shape(bf, n, n)] f: &[T],
    #[shape(bq, n, n)] q: &[T],
    #[shape(bc, n, l)] control: &[T],
    #[shape(t, b, l)] u: &[T],
    #[shape(t, b, n)] x_smooth: &mut [T],
    #[shape(t, b, n, n)] p_smooth: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
    #[inout]
    #[shape(b, smooth_words(n))]
    scratch: &mut [f64],
) {
    let _ = scratch;
    kalman_smooth_reference(x, p, f, q, control, u, x_smooth, p_smooth, status, t, b, n, bf, bq, bc, l);
}

fn large_filtered(case: &mut Case) {
    case.change("scratch", |scratch| scratch.fill(0.0));
    filtered(case);
}

#[cfg(test)]
mod tests {
    use crate::kalman::kalman_smoother;
    use prism_device::{Buffer, Device};

    fn up(values: &[f64], shape: &[usize]) -> Buffer<f64> {
        Device::cpu().upload(values, shape).unwrap()
    }

    /// A filter of 40 states that know nothing of each other is 40 filters of one.
    #[test]
    fn a_large_filter_of_parts_is_its_parts() {
        let (t, n) = (3, 40);
        let diagonal = |values: &[f64]| {
            let mut matrix = vec![0.0; n * n];
            values.iter().enumerate().for_each(|(i, &value)| matrix[i * (n + 1)] = value);
            matrix
        };
        let x: Vec<f64> = (0..t * n).map(|i| (i % 7) as f64 - 2.0).collect();
        let variances: Vec<f64> = (0..t * n).map(|i| 1.0 + (i % 5) as f64).collect();
        let (f, q) = (up(&[0.9], &[1, 1]), up(&[0.5], &[1, 1]));
        let apart = kalman_smoother(&up(&x, &[t, n, 1]), &up(&variances, &[t, n, 1, 1]), &f, &q, None, None).unwrap();
        let p: Vec<f64> = variances.chunks(n).flat_map(diagonal).collect();
        let (f, q) = (up(&diagonal(&[0.9; 40]), &[n, n]), up(&diagonal(&[0.5; 40]), &[n, n]));
        let whole = kalman_smoother(&up(&x, &[t, n]), &up(&p, &[t, n, n]), &f, &q, None, None).unwrap();
        assert_eq!(whole.x.download().unwrap(), apart.x.download().unwrap());
        let covariance = whole.p.download().unwrap();
        for (e, variance) in apart.p.download().unwrap().iter().enumerate() {
            assert_eq!(covariance[e / n * n * n + e % n * (n + 1)], *variance);
        }
    }
}
