//! Second half of the propagation of large covariances: (J·Σ)·Jᵀ + Q.

use prism_derive::kernel;
use prism_device::Real;

/// [`uncertainty_product`](super::uncertainty_product()) of matrices that fill tiles.
///
/// `weighted [b, m, n]`, `j [b, m, n]`, `q [bq, c, c]` (c = m; one for all or one a problem; c = 0 for none) →
/// `covariance [b, m, m]`. A block a tile of 64 × 64 pairs and its mirror image, on tensor cores for doubles. O(b·m²·n).
#[kernel(
    threads = b * (m.div_ceil(64) * (m.div_ceil(64) + 1) / 2) * 512,
    block = [512],
    requires(bq == 1 || bq == b, c == m || c == 0),
    types(f32, f64),
    check(b = [0, 1, 3], m = [0, 1, 17, 63, 64, 65, 130], n = [0, 1, 16, 17, 257], bq = [1, 3], c = [0, 1, 17, 65, 130]),
    bench(b = 64, m = 512, n = 512, bq = 1, c = 0),
    tolerance = NearOne(1024.0),
    ops = 2 * b * m * m * n,
)]
pub fn uncertainty_product_tiles<T: Real>(
    #[shape(b, m, n)] weighted: &[f64],
    #[shape(b, m, n)] j: &[T],
    #[shape(bq, c, c)] q: &[T],
    #[shape(b, m, m)] covariance: &mut [T],
) {
    super::uncertainty_product_reference(weighted, j, q, covariance, b, m, n, bq, c);
}
