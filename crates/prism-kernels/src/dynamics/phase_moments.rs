//! Sums of cosines and sines of phases.

use crate::rows::{part, sum, threads};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Sums of cos mθ and of sin mθ of every row of phases, or of every part of it, m the `harmonic`.
///
/// `theta [b, n]`, in radians → `moments [b, parts, 2]`, part j of a row holding its phases from j·⌈n/parts⌉ on. Sums in
/// double precision; cosines in the element type, in `f32` added by fours first. O(b·n), read once.
#[kernel(
    threads = threads(b, n, parts),
    block = [256],
    requires(parts >= 1),
    types(f32, f64),
    check(harmonic = [1, 0, 3], parts = [1, 2, 7], b = [0, 1, 9, 33], n = [0, 1, 2, 8, 31, 33, 65, 257, 1000, 5000]),
    bench(b = 65_536, n = 1_024, parts = 1, harmonic = 1),
    bench(b = 1, n = 33_554_432, parts = 2_048, harmonic = 1),
    bench(b = 65_536, n = 1_024, parts = 1, harmonic = 2),
    inputs = phases,
    tolerance = Sum(n, magnitude),
)]
pub fn phase_moments<T: Real>(#[shape(b, n)] theta: &[T], #[shape(b, parts, 2)] moments: &mut [f64], harmonic: u32) {
    for item in 0..b * parts {
        let row = &theta[item / parts * n..][..n];
        let angles = || row[part(item, n, parts)].iter().map(|&theta| f64::from(harmonic) * theta.into());
        moments[2 * item] = sum(angles().map(f64::cos));
        moments[2 * item + 1] = sum(angles().map(f64::sin));
    }
}

/// Phases of hundreds of turns; some of the first are of very many.
fn phases(case: &mut Case) {
    let turns = |i: usize| if i % 61 == 7 && i < 10_000 { 5e5 } else { 500.0 };
    case.change("theta", |theta| theta.iter_mut().enumerate().for_each(|(i, theta)| *theta *= turns(i)));
}

/// As many terms as phases, each as large as 1; cosines in `f32` are as exact as `f32` is.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, n, parts] = ["b", "n", "parts"].map(|name| case.quantity(name) as usize);
    let is_single = matches!(case.values[0].1, prism_device::conformance::Value::F32(..));
    let unit = if is_single { 2f64.powi(29) } else { 1.0 };
    (0..b * parts).flat_map(|item| [unit * part(item, n, parts).len() as f64; 2]).collect()
}
