//! The least and the greatest of every row.

use crate::rows::{part, threads_by_spans};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Least and greatest number of every row, or of every part of it.
///
/// `x [r, n]` → `extremes [r, parts, 2]`, part j of a row holding its elements from j·⌈n/parts⌉ on. NaN is passed over; where
/// there is no number they are +∞ and −∞. O(r·n), read once, 16 bytes at a time wherever rows begin, no scratch.
#[kernel(
    threads = threads_by_spans(r, n, parts),
    block = [256],
    requires(parts >= 1),
    types(f32, f64),
    check(parts = [1, 2, 7], r = [0, 1, 9, 33], n = [0, 1, 2, 8, 9, 33, 64, 256, 257, 513, 1025, 5000]),
    bench(r = 65_536, n = 1_024, parts = 1),
    bench(r = 1, n = 33_554_432, parts = 2_048),
    inputs = with_gaps,
)]
pub fn row_extremes<T: Real>(#[shape(r, n)] x: &[T], #[shape(r, parts, 2)] extremes: &mut [f64]) {
    for (item, extremes) in extremes.chunks_mut(2).enumerate() {
        let numbers = x[item / parts * n..][part(item, n, parts)].iter().map(|&x| x.into());
        let (low, high) = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        extremes.copy_from_slice(&[low, high]);
    }
}

/// Every seventh number is NaN, and some are infinite.
fn with_gaps(case: &mut Case) {
    case.change("x", |x| {
        x.iter_mut().step_by(7).for_each(|x| *x = f64::NAN);
        x.iter_mut().skip(500).step_by(1001).for_each(|x| *x = f64::NEG_INFINITY);
    });
}
