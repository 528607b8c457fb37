//! Second half of the propagation of covariances: (J·Σ)·Jᵀ + Q.

use prism_derive::kernel;
use prism_device::Real;

/// Covariance of the outputs from `weighted` = J·Σ: `(J·Σ)·Jᵀ + Q`, symmetrised.
///
/// `weighted [b, m, n]`, `j [b, m, n]`, `q [bq, c, c]` (c = m; one for all or one a problem; c = 0 for none) →
/// `covariance [b, m, m]`. A thread four elements, O(b·m²·n).
#[kernel(
    threads = (b * m * m).div_ceil(4),
    block = [256, 128, 64],
    requires(bq == 1 || bq == b, c == m || c == 0),
    types(f32, f64),
    check(b = [0, 1, 5], m = [2, 0, 1, 33], n = [0, 1, 2, 33, 36, 257], bq = [1, 5], c = [0, 1, 2, 33]),
    bench(b = 1_000_000, m = 4, n = 4, bq = 1, c = 0),
    tolerance = NearOne(1024.0),
    ops = 4 * b * m * m * n,
)]
pub fn uncertainty_product<T: Real>(
    #[shape(b, m, n)] weighted: &[f64],
    #[shape(b, m, n)] j: &[T],
    #[shape(bq, c, c)] q: &[T],
    #[shape(b, m, m)] covariance: &mut [T],
) {
    for e in 0..b * m * m {
        let (batch, row, column) = (e / (m * m), e / m % m, e % m);
        let one_way = |a: usize, z: usize| -> f64 {
            let (a_row, z_row) = ((batch * m + a) * n, (batch * m + z) * n);
            let product: f64 = (0..n).map(|k| weighted[a_row + k] * j[z_row + k].into()).sum();
            let added = if c == 0 { 0.0 } else { q[if bq == 1 { 0 } else { batch * m * m } + a * m + z].into() };
            product + added
        };
        covariance[e] = T::nearest(0.5 * (one_way(row, column) + one_way(column, row)));
    }
}
