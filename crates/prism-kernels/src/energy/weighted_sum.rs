//! A weighted sum.

use crate::rows::{part, sum, threads};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Sum Σ w·x of all values, or of every part of them.
///
/// `values [n]`, `weights [w]` (w = n, or 0 where all are 1) → `sums [parts]`, part j holding the values from
/// j·⌈n/parts⌉ on. Summed in double precision. O(n), read once.
#[kernel(
    threads = threads(1, n, parts),
    block = [256],
    requires(parts >= 1, w == 0 || w == n),
    types(f32, f64),
    check(w = [0, 1, 2, 33, 257, 5000], n = [2, 0, 1, 33, 257, 5000], parts = [1, 2, 7]),
    bench(n = 33_554_432, w = 33_554_432, parts = 2_048),
    tolerance = Sum(n, magnitude),
)]
pub fn weighted_sum<T: Real>(#[shape(n)] values: &[T], #[shape(w)] weights: &[T], #[shape(parts)] sums: &mut [T]) {
    for j in 0..parts {
        let term = |i: usize| if w > 0 { weights[i].into() * values[i].into() } else { values[i].into() };
        sums[j] = T::nearest(sum(part(j, n, parts).map(term)));
    }
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [n, parts] = ["n", "parts"].map(|name| case.quantity(name) as usize);
    let (values, weights) = (case.doubles("values"), case.doubles("weights"));
    let size = |i: usize| (values[i] * weights.get(i).unwrap_or(&1.0)).abs();
    (0..parts).map(|j| part(j, n, parts).map(size).sum()).collect()
}
