//! Kalman filters of any size over many measurements.

use super::inputs::models;
use super::steps::kalman_steps_reference;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The numbers of scratch of a filter: three matrices of n × n, two of n × m, one of m × m, and vectors.
pub(super) fn words(n: u64, m: u64) -> u64 {
    3 * n * n + 2 * n * m + m * m + 2 * n + 2 * m
}

/// Predicts and updates every Kalman filter of a batch, measurement after measurement, whatever its size.
///
/// As [`kalman_steps`](super::kalman_steps()), with matrices in `scratch [b, 3n² + 2nm + m² + 2n + 2m]`, which must be zeros
/// and are left so. O(t·b·n²(n + m)), a block a filter.
#[kernel(
    threads = b * 256,
    block = [256],
    requires(
        n < 65_536, m < 65_536, bf == 1 || bf == b, bq == 1 || bq == b, bh == 1 || bh == b, br == 1 || br == b,
        bc == 1 || bc == b, joseph <= 1
    ),
    types(f32, f64),
    check(
        t = [1, 3, 0], b = [0, 1, 7], n = [1, 33, 50], m = [17, 0, 33], l = [0, 2], bf = [1, 7], bq = [1], bh = [1],
        br = [1], bc = [1], joseph = [0, 1]
    ),
    bench(t = 4, b = 132, n = 64, m = 32, l = 0, bf = 1, bq = 1, bh = 1, br = 1, bc = 1, joseph = 1),
    inputs = large_models,
    tolerance = NearOne(4096.0),
    ops = 2 * t * b * (4 * n * n * n + n * n * (3 * m + 1) + 3 * n * m * m + m * m * m / 3),
)]
#[allow(clippy::too_many_arguments)]
pub fn kalman_large<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(b, n, n)] p: &[T],
    #[shape(bf, n, n)] f: &[T],
    #[shape(bq, n, n)] q: &[T],
    #[shape(bh, m, n)] h: &[T],
    #[shape(br, m, m)] r: &[T],
    #[shape(bc, n, l)] control: &[T],
    #[shape(t, b, l)] u: &[T],
    #[shape(t, b, m)] z: &[T],
    #[shape(t, b, n)] x_next: &mut [T],
    #[shape(t, b, n, n)] p_next: &mut [T],
    #[shape(t, b, m)] y: &mut [T],
    #[shape(t, b, m, m)] s: &mut [T],
    #[shape(t, b, n, m)] k: &mut [T],
    #[shape(t, b)] ll: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
    #[inout]
    #[shape(b, words(n, m))]
    scratch: &mut [f64],
    joseph: u32,
) {
    let _ = scratch;
    kalman_steps_reference(
        x, p, f, q, h, r, control, u, z, x_next, p_next, y, s, k, ll, status, joseph, b, n, bf, bq, bh, m, br, bc, l, t,
    );
}

fn large_models(case: &mut Case) {
    case.change("scratch", |scratch| scratch.fill(0.0));
    models(case);
}

#[cfg(test)]
mod tests {
    use crate::kalman::{kalman_filter_step, kalman_filter_steps};
    use prism_device::{Buffer, Device};

    fn up(values: &[f64], shape: &[usize]) -> Buffer<f64> {
        Device::cpu().upload(values, shape).unwrap()
    }

    fn diagonal(value: f64, n: usize) -> Buffer<f64> {
        let values: Vec<f64> = (0..n * n).map(|e| if e % (n + 1) == 0 { value } else { 0.0 }).collect();
        up(&values, &[n, n])
    }

    /// A filter of 40 states that know nothing of each other is 40 filters of one.
    #[test]
    fn a_large_filter_of_parts_is_its_parts() {
        let n = 40;
        let z: Vec<f64> = (0..3 * n).map(|i| if i % 11 == 5 { f64::NAN } else { (i % 7) as f64 - 2.0 }).collect();
        let start: Vec<f64> = (0..n).map(|i| i as f64 / 8.0).collect();
        let of = |x: &Buffer<f64>, z: &Buffer<f64>, width: usize| {
            let [p, f, q, h, r] = [2.0, 0.9, 0.5, 1.5, 0.25].map(|value| diagonal(value, width));
            kalman_filter_steps(x, &p, &f, &q, &h, &r, None, None, z, true)
        };
        let p = up(&vec![2.0; n], &[n, 1, 1]);
        let [f, q, h, r] = [0.9, 0.5, 1.5, 0.25].map(|value| diagonal(value, 1));
        let (x, seen) = (up(&start, &[n, 1]), up(&z, &[3, n, 1]));
        let apart = kalman_filter_steps(&x, &p, &f, &q, &h, &r, None, None, &seen, true).unwrap();
        let whole = of(&up(&start, &[n]), &up(&z, &[3, n]), n).unwrap();
        assert_eq!((whole.x.shape(), whole.p.shape()), (&[3, n][..], &[3, n, n][..]));
        assert_eq!(whole.x.download().unwrap(), apart.x.download().unwrap());
        let (own, ll) = (apart.p.download().unwrap(), apart.ll.download().unwrap());
        let covariance = whole.p.download().unwrap();
        for (e, variance) in own.iter().enumerate() {
            assert_eq!(covariance[e / n * n * n + e % n * (n + 1)], *variance);
        }
        for (found, parts) in whole.ll.download().unwrap().iter().zip(ll.chunks(n)) {
            assert!((found - parts.iter().sum::<f64>()).abs() < 1e-12);
        }
    }

    #[test]
    fn one_step_of_many_measurements_names_the_filter_it_fails_at() {
        let (n, m) = (2, 20);
        let (x, p, f) =
            (up(&[1.0; 4], &[2, n]), up(&[1.0, 0.0, 0.0, 1.0, -9.0, 0.0, 0.0, -9.0], &[2, n, n]), diagonal(1.0, n));
        let (q, h, r) = (diagonal(0.1, n), up(&vec![0.5; m * n], &[m, n]), diagonal(1.0, m));
        let z = up(&vec![1.0; 2 * m], &[2, m]);
        let failed = kalman_filter_step(&x, &p, &f, &q, &h, &r, None, None, &z, true).unwrap_err();
        assert_eq!(failed.to_string(), "kalman_filter_step: S is not positive definite at filter 1");
        let fine = up(&[1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0], &[2, n, n]);
        let step = kalman_filter_step(&x, &fine, &f, &q, &h, &r, None, None, &z, false).unwrap();
        assert_eq!((step.x.shape(), step.k.shape()), (&[2, n][..], &[2, n, m][..]));
    }
}
