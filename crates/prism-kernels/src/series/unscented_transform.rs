//! Mean and covariance of transformed sigma points.

use prism_derive::kernel;
use prism_device::Real;

/// Mean and covariance of the images of 2n + 1 sigma points, the image of the centre first.
///
/// `y [b, k, m]` (k = 2n + 1), `q [bq, c, c]` added to the covariance (c = m; one for all or one a problem; c = 0 for
/// none) → `mean [b, m]`, `covariance [b, m, m]`. With `λ = α²·(n + κ) − n` the weights of the mean are `λ/(n + λ)` for
/// the centre and `1/(2(n + λ))` for the others; the centre's of the covariance has `1 − α² + β` more. Julier & Uhlmann
/// 1997. Summed in doubles from the centre's image on: the weights sum to 1, and nothing cancels where α is small.
/// A thread four elements of the covariance, O(b·k·m²).
#[kernel(
    threads = (b * m * m).div_ceil(4),
    block = [256, 128, 64],
    requires(k >= 3, k % 2 == 1, bq == 1 || bq == b, c == m || c == 0),
    types(f32, f64),
    check(
        b = [0, 1, 5], k = [3, 5, 65], m = [2, 0, 1, 4, 33], bq = [1, 5], c = [0, 1, 2, 4, 33], alpha = [1], beta = [2, 0],
        kappa = [0, 1]
    ),
    bench(b = 262_144, k = 9, m = 4, bq = 1, c = 0, alpha = 1, beta = 2, kappa = 0),
    tolerance = NearOne(256.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn unscented_transform<T: Real>(
    #[shape(b, k, m)] y: &[T],
    #[shape(bq, c, c)] q: &[T],
    #[shape(b, m)] mean: &mut [T],
    #[shape(b, m, m)] covariance: &mut [T],
    alpha: f64,
    beta: f64,
    kappa: f64,
) {
    let n = (k - 1) as f64 / 2.0;
    let scale = alpha * alpha * (n + kappa);
    let (weight, centre) = (0.5 / scale, 1.0 - n / scale + 1.0 - alpha * alpha + beta);
    for e in 0..b * m * m {
        let (batch, row, column) = (e / (m * m), e / m % m, e % m);
        let image = |point: usize, i: usize| -> f64 { y[(batch * k + point) * m + i].into() };
        let offset = |point: usize, i: usize| image(point, i) - image(0, i);
        let shift = |i: usize| weight * (1..k).map(|point| offset(point, i)).sum::<f64>();
        let (a, z) = (shift(row), shift(column));
        let spread: f64 = (1..k).map(|point| (offset(point, row) - a) * (offset(point, column) - z)).sum();
        let added = |i: usize, l: usize| -> f64 {
            if c == 0 { 0.0 } else { q[if bq == 1 { 0 } else { batch * m * m } + i * m + l].into() }
        };
        let noise = 0.5 * (added(row, column) + added(column, row));
        covariance[e] = T::nearest(weight * spread + centre * (a * z) + noise);
        mean[batch * m + row] = T::nearest(image(0, row) + a);
    }
}
