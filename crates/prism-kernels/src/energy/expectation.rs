//! Expected value over the last axis of a table.

use crate::rows::{packs, part, sum};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Expected value Σ q·x over the last axis, of all of it or of every part.
///
/// `q [b, s]`, `values [b, k, s]` → `expected [b · k · parts]`; a term is 0 where q = 0, so that what is impossible may
/// be −∞. Four terms at most are summed in the element type, their sums in double precision. O(b·k·s), `values` read once.
#[kernel(
    threads = packs(b * k, s, parts),
    block = [256],
    requires(parts >= 1),
    types(f32, f64),
    check(parts = [1, 2, 7], b = [0, 1, 9], k = [0, 1, 3], s = [0, 1, 2, 8, 31, 33, 132, 257, 516, 1000, 5000]),
    bench(b = 64, k = 1_024, s = 1_024, parts = 1),
    inputs = impossible,
    tolerance = Sum(s, magnitude),
)]
pub fn expectation<T: Real>(
    #[shape(b, s)] q: &[T],
    #[shape(b, k, s)] values: &[T],
    #[shape(b * k * parts)] expected: &mut [T],
    parts: u32,
) {
    let parts = parts as usize;
    for item in 0..b * k * parts {
        let row = item / parts;
        let (q, values) = (&q[row / k * s..][..s], &values[row * s..][..s]);
        let term = |i: usize| if q[i].is_zero() { 0.0 } else { q[i].into() * values[i].into() };
        expected[item] = T::nearest(sum(part(item, s, parts).map(term)));
    }
}

/// Every third state is impossible, and some of their values are −∞.
fn impossible(case: &mut Case) {
    let s = case.quantity("s") as usize;
    case.change("q", |q| q.chunks_mut(s.max(1)).for_each(|q| q.iter_mut().step_by(3).for_each(|q| *q = 0.0)));
    case.change("values", |x| {
        x.chunks_mut(s.max(1)).for_each(|x| x.iter_mut().step_by(6).for_each(|x| *x = f64::NEG_INFINITY));
    });
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [b, k, s, parts] = ["b", "k", "s", "parts"].map(|name| case.quantity(name) as usize);
    let (q, values) = (case.doubles("q"), case.doubles("values"));
    let size = |row: usize, i: usize| match q[row / k * s + i] {
        0.0 => 0.0,
        q => (q * values[row * s + i]).abs(),
    };
    (0..b * k * parts).map(|item| part(item, s, parts).map(|i| size(item / parts, i)).sum()).collect()
}
