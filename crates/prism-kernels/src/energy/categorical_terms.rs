//! Complexity and accuracy of categorical beliefs.

use crate::rows::{packs, part, sum};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Complexity Σ q·(ln q − ln p) and accuracy Σ q·ln p(o|s) of every row, or of every part of it, in nats.
///
/// `q, prior [b, s]` and `loglik [l, s]`, l = b or none → columns `first` to `first + parts` of `complexity [b, w]`,
/// and `accuracy [l · parts]`, part j of a row holding its states from j·⌈s/parts⌉ on. Logarithms are of
/// max(x, `log_floor`); a term is 0 where q = 0. Four terms at most are summed in the element type, their sums in double
/// precision. O(b·s), read once.
#[kernel(
    threads = packs(b, s, parts),
    block = [256],
    requires(parts >= 1, first + parts <= w, l == 0 || l == b),
    types(f32, f64),
    check(
        l = [9, 0, 33], w = [7, 1], first = [0, 3], parts = [1, 2], b = [9, 0, 33],
        s = [0, 1, 2, 8, 31, 33, 132, 257, 516, 1000, 5000],
    ),
    bench(b = 65_536, s = 1_024, l = 65_536, w = 1, first = 0, parts = 1),
    bench(b = 1, s = 33_554_432, l = 1, w = 2_048, first = 0, parts = 2_048),
    inputs = beliefs,
    tolerance = Sum(s, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn categorical_terms<T: Real>(
    #[shape(b, s)] q: &[T],
    #[shape(b, s)] prior: &[T],
    #[shape(l, s)] loglik: &[T],
    #[inout]
    #[shape(b, w)]
    complexity: &mut [T],
    #[shape(l * parts)] accuracy: &mut [T],
    log_floor: f64,
    first: u32,
    parts: u32,
) {
    let (first, parts) = (first as usize, parts as usize);
    for item in 0..b * parts {
        let states = || part(item, s, parts).map(|i| item / parts * s + i);
        let cost = |i: usize| divergence(q[i].into(), prior[i].into(), log_floor);
        complexity[item / parts * w + first + item % parts] = T::nearest(sum(states().map(cost)));
        if l > 0 {
            let gain = |i: usize| if q[i].is_zero() { 0.0 } else { q[i].into() * loglik[i].into() };
            accuracy[item] = T::nearest(sum(states().map(gain)));
        }
    }
}

/// q·(ln q − ln p) with floored logarithms, to full precision also where p is nearly q.
fn divergence(q: f64, p: f64, floor: f64) -> f64 {
    let floored = |x: f64| if x < floor { floor } else { x };
    let (q_floored, p) = (floored(q), floored(p));
    match q {
        0.0 => 0.0,
        _ if (q_floored - p).abs() <= p / 2.0 => q * ((q_floored - p) / p).ln_1p(),
        _ => q * (q_floored.ln() - p.ln()),
    }
}

/// Probabilities, some of them 0 or below the floor; log-likelihoods below 0, one row in seven −∞ somewhere.
fn beliefs(case: &mut Case) {
    let s = case.quantity("s") as f64;
    for name in ["q", "prior"] {
        case.change(name, |p| {
            for (i, p) in p.iter_mut().enumerate() {
                *p = match i % 11 {
                    4 => 0.0,
                    7 => 1e-20,
                    _ => p.abs() / s,
                };
            }
        });
    }
    let q = case.doubles("q");
    case.change("prior", |p| p.iter_mut().zip(&q).skip(1).step_by(5).for_each(|(p, q)| *p = *q));
    case.change("loglik", |l| l.iter_mut().for_each(|l| *l = -l.abs()));
    *case.value("log_floor") = prism_device::conformance::Value::Scalar(2.220_446e-16f64.into());
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [b, s, w, first, parts] = ["b", "s", "w", "first", "parts"].map(|name| case.quantity(name) as usize);
    let (q, p, l) = (case.doubles("q"), case.doubles("prior"), case.doubles("loglik"));
    let mut sums = vec![0.0; b * w];
    for item in 0..b * parts {
        let states = part(item, s, parts).map(|i| item / parts * s + i);
        let size = |i: usize| divergence(q[i], p[i], 2.220_446e-16).abs() + l.get(i).map_or(0.0, |l| (q[i] * l).abs());
        sums[item / parts * w + first + item % parts] = states.map(size).sum();
    }
    sums
}
