//! The step of beliefs towards what draws them.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::{Case, Value};

/// A step `μ + κ·[Σ drawn − π_x∘(μ − η)]` of every row's belief.
///
/// `mu, prior [b, d]` (μ, η), `pi_x [l]` (one for all or one each), `drawn [parts, b, d]` of
/// [`belief_errors`](super::belief_errors) → `belief [b, d]`. In double precision, rounded once. O(b·d·`parts`).
#[kernel(
    threads = if parts > 16 { (b * d).div_ceil(8) * 256 } else { b * d },
    block = [256],
    requires(parts >= 1, l == 1 || l == d),
    types(f32, f64),
    check(l = [1, 31, 300], b = [0, 1, 9], d = [0, 1, 31, 300], parts = [1, 16, 37]),
    bench(b = 1, d = 2_048, l = 1, parts = 256),
    bench(b = 1_024, d = 512, l = 1, parts = 2),
    inputs = rates,
    tolerance = Sum(parts + 3, magnitude),
)]
pub fn belief_moves<T: Real>(
    #[shape(b, d)] mu: &[T],
    #[shape(b, d)] prior: &[T],
    #[shape(l)] pi_x: &[T],
    #[shape(parts, b, d)] drawn: &[T],
    #[shape(b, d)] belief: &mut [T],
    kappa: f64,
) {
    for at in 0..b * d {
        let back: f64 = (0..parts).map(|part| drawn[part * b * d + at].into()).sum();
        let old: f64 = mu[at].into();
        let pulled = pi_x[(at % d).min(l - 1)].into() * (old - prior[at].into());
        belief[at] = T::nearest(old + kappa * (back - pulled));
    }
}

fn rates(case: &mut Case) {
    *case.value("kappa") = Value::Scalar(0.1f64.into());
}

/// What the terms of a step amount to.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, d, l, parts] = ["b", "d", "l", "parts"].map(|name| case.quantity(name) as usize);
    let [mu, prior, pi_x, drawn] = ["mu", "prior", "pi_x", "drawn"].map(|name| case.doubles(name));
    let size = |at: usize| {
        let back: f64 = (0..parts).map(|part| drawn[part * b * d + at].abs()).sum();
        mu[at].abs() + 0.1 * (back + pi_x[(at % d).min(l - 1)].abs() * (mu[at].abs() + prior[at].abs()))
    };
    (0..b * d).map(size).collect()
}
