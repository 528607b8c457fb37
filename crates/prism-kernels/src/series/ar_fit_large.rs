//! Autoregressions of any order.

use super::ar_fit::{ar_fit_reference, recordings};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The numbers of scratch of a series: two matrices of the normal equations, vectors, and the errors of Burg's recursion.
pub(super) fn words(p: u64, t: u64) -> u64 {
    let width = p + 1;
    2 * width * width + 6 * width + 2 * t
}

/// Autoregressive model of every series and its forecast, of whatever order.
///
/// As [`ar_fit`](super::ar_fit()), with matrices in `scratch [g, s]`, s ≥ 2(p + 1)² + 6(p + 1) + 2t, which must be zeros and
/// is left so. A block a series, g at a time: O(b·(t·p + p³)), without the cube where `fit` ≥ 1.
#[kernel(
    threads = b.min(g) * 256,
    block = [256],
    requires(
        p >= 1, t >= 2 * p + 2, fit <= 3, trend <= 1, bg == 1 || bg == b, g >= 1 || b == 0, s >= words(p, t)
    ),
    wide(s),
    types(f32, f64),
    check(
        b = [6, 0], t = [257, 1025], h = [0, 45], p = [1, 25, 40], bg = [1, 6], g = [2, 7], s = [5_658], fit = [0, 1, 2, 3],
        trend = [0, 1]
    ),
    bench(b = 10_000, t = 1_000, h = 10, p = 32, bg = 1, g = 1_024, s = 4_376, fit = 0, trend = 1),
    bench(b = 10_000, t = 1_000, h = 10, p = 32, bg = 1, g = 1_024, s = 4_376, fit = 2, trend = 1),
    inputs = large_recordings,
    tolerance = NearOne(16_384.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn ar_fit_large<T: Real>(
    #[shape(b, t)] y: &[T],
    #[shape(bg, p + 1)] given: &[T],
    #[shape(b, h)] forecast: &mut [T],
    #[shape(b, h)] se: &mut [T],
    #[shape(b, p + 1)] coef: &mut [T],
    #[shape(b)] sigma2: &mut [T],
    #[shape(b)] status: &mut [u32],
    #[inout]
    #[shape(g, s)]
    scratch: &mut [f64],
    p: u32,
    fit: u32,
    trend: u32,
) {
    let _ = scratch;
    ar_fit_reference(y, given, forecast, se, coef, sigma2, status, p, fit, trend, b, t, bg, h);
}

fn large_recordings(case: &mut Case) {
    case.change("scratch", |scratch| scratch.fill(0.0));
    recordings(case);
}
