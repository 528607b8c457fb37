//! First half of the propagation of variances: J·Σ of a diagonal Σ.

use prism_derive::kernel;
use prism_device::Real;

/// Product of every Jacobian with its diagonal covariance, in doubles.
///
/// `j [b, m, n]`, `variances [b, n]` → `weighted [b, m, n]`. O(b·m·n).
#[kernel(
    threads = (b * m * n).div_ceil(16),
    block = [256, 128, 512, 1024],
    types(f32, f64),
    check(b = [0, 1, 5], m = [0, 1, 2, 31, 33], n = [0, 1, 2, 33, 257]),
    bench(b = 1_000_000, m = 4, n = 4),
)]
pub fn uncertainty_scaled<T: Real>(
    #[shape(b, m, n)] j: &[T],
    #[shape(b, n)] variances: &[T],
    #[shape(b, m, n)] weighted: &mut [f64],
) {
    for e in 0..b * m * n {
        weighted[e] = j[e].into() * variances[e / (m * n) * n + e % n].into();
    }
}
