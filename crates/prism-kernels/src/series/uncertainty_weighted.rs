//! First half of the propagation of covariances: J·Σ.

use prism_derive::kernel;
use prism_device::Real;

/// Product of every Jacobian with its covariance, in doubles.
///
/// `j [b, m, n]`, `sigma [b, n, n]` → `weighted [b, m, n]`. A thread four elements, O(b·m·n²).
#[kernel(
    threads = (b * m * n).div_ceil(4),
    block = [256, 128, 64],
    types(f32, f64),
    check(b = [0, 1, 5], m = [0, 1, 2, 31, 33], n = [0, 1, 2, 33, 36, 257]),
    bench(b = 1_000_000, m = 4, n = 4),
    tolerance = NearOne(1024.0),
    ops = 2 * b * m * n * n,
)]
pub fn uncertainty_weighted<T: Real>(
    #[shape(b, m, n)] j: &[T],
    #[shape(b, n, n)] sigma: &[T],
    #[shape(b, m, n)] weighted: &mut [f64],
) {
    for e in 0..b * m * n {
        let (row, batch, column) = (e / n, e / (m * n), e % n);
        weighted[e] = (0..n).map(|l| j[row * n + l].into() * sigma[(batch * n + l) * n + column].into()).sum();
    }
}
