//! First half of the propagation of large covariances: J·Σ.

use prism_derive::kernel;
use prism_device::Real;

/// [`uncertainty_weighted`](super::uncertainty_weighted()) of matrices that fill tiles.
///
/// `j [b, m, n]`, `sigma [b, n, n]` → `weighted [b, m, n]`. A block a tile of 64 × 64, on tensor cores for doubles.
/// O(b·m·n²).
#[kernel(
    threads = b * m.div_ceil(64) * n.div_ceil(64) * 512,
    block = [512],
    types(f32, f64),
    check(b = [0, 1, 3], m = [0, 1, 17, 63, 64, 65, 130], n = [0, 1, 15, 16, 17, 65, 257]),
    bench(b = 64, m = 512, n = 512),
    tolerance = NearOne(1024.0),
    ops = 2 * b * m * n * n,
)]
pub fn uncertainty_weighted_tiles<T: Real>(
    #[shape(b, m, n)] j: &[T],
    #[shape(b, n, n)] sigma: &[T],
    #[shape(b, m, n)] weighted: &mut [f64],
) {
    super::uncertainty_weighted_reference(j, sigma, weighted, b, m, n);
}
