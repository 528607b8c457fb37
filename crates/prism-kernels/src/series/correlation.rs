//! Correlations from covariances.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Correlation of every pair of variables of every covariance, without unit.
///
/// `covariance [b, m, m]` → `rho [b, m, m]`, `C_ij/(√C_ii·√C_jj)`, exactly 1 on the diagonal; NaN where a
/// variance is not positive. O(b·m²).
#[kernel(
    threads = (b * m * m).div_ceil(4),
    block = [256, 128, 512, 1024],
    types(f32, f64),
    check(b = [0, 1, 5], m = [0, 1, 2, 31, 33, 257]),
    bench(b = 4_194_304, m = 4),
    inputs = variances,
    tolerance = Elementwise(8.0),
)]
pub fn correlation<T: Real>(#[shape(b, m, m)] covariance: &[T], #[shape(b, m, m)] rho: &mut [T]) {
    for e in 0..b * m * m {
        let variance = |i: usize| -> f64 { covariance[e / (m * m) * m * m + i * (m + 1)].into() };
        let (row, column) = (variance(e / m % m), variance(e % m));
        let value = if e / m % m == e % m { 1.0 } else { covariance[e].into() / (row.sqrt() * column.sqrt()) };
        rho[e] = T::nearest(if row > 0.0 && column > 0.0 { value } else { f64::NAN });
    }
}

/// Variances are positive, as of recordings; of the first ones every third stays as it is drawn, below 0 at times, and some
/// are huge or tiny.
fn variances(case: &mut Case) {
    let m = case.quantity("m") as usize;
    case.change("covariance", |covariance| {
        for (e, x) in covariance.iter_mut().enumerate().filter(|(e, _)| e / m % m == e % m) {
            let ordinary = x.abs() + (e % 5) as f64;
            *x = match e {
                4096.. => ordinary + 0.1,
                _ if e % 3 == 0 => *x,
                _ if e % 13 == 1 => ordinary * 1e36,
                _ if e % 13 == 2 => ordinary * 1e-39,
                _ => ordinary,
            };
        }
    });
}
