//! A step of plasticity of all synapses between two populations.

use super::plasticity::{Rule, prepare, spikes_in};
use super::words;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Weights after step `step` of pair-based spike-timing-dependent plasticity.
///
/// `w [n, m]` from n presynaptic to m postsynaptic neurons; traces `x [n]`, `y [m]` before the step; spikes
/// `pre [s, words(n)]`, `post [s, words(m)]`. Where j of post spikes,
/// w += `potentiation`·(1 − w/`w_max`)^`mu_plus`·x·`decay_plus`; then where i of pre spikes,
/// w −= `depression`·(w/`w_max`)^`mu_minus`·y·`decay_minus`; clipped to [0, `w_max`], rounded once. `status` becomes 1 when
/// a weight of a neuron that spikes lies outside [0, `w_max`]; it stays as it is.
///
/// Song, Miller & Abbott 2000; Morrison, Diesmann & Gerstner 2008. Arithmetic in doubles. A warp 1024 synapses of a row;
/// only those of neurons that spike are read and written. O(synapses touched + n·m/32).
#[kernel(
    threads = n * words(m).div_ceil(32) * 32,
    block = [256, 128, 512, 1024],
    requires(step < s),
    types(f32, f64),
    check(n = [0, 1, 2, 31, 33, 257], m = [0, 1, 2, 31, 33, 257, 1000, 1025], s = [2], step = [0, 1]),
    bench(n = 8_192, m = 8_192, s = 1, step = 0),
    inputs = synapses,
    tolerance = Sum(4, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn stdp_dense<T: Real>(
    #[inout]
    #[shape(n, m)]
    w: &mut [T],
    #[shape(n)] x: &[T],
    #[shape(m)] y: &[T],
    #[shape(s, words(n))] pre: &[u32],
    #[shape(s, words(m))] post: &[u32],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    step: u32,
    potentiation: f64,
    depression: f64,
    mu_plus: f64,
    mu_minus: f64,
    w_max: f64,
    decay_plus: f64,
    decay_minus: f64,
) {
    let rule = Rule { potentiation, depression, mu_plus, mu_minus, w_max };
    let pre = &pre[step as usize * words(n as u64) as usize..];
    let post = &post[step as usize * words(m as u64) as usize..];
    for at in 0..n * m {
        let (i, j) = (at / m, at % m);
        let spikes = (spikes_in(pre, i), spikes_in(post, j));
        if spikes != (false, false) {
            let (next, inside) = rule.weight(w[at], spikes, x[i].into() * decay_plus, y[j].into() * decay_minus);
            w[at] = next;
            status[0] |= u32::from(!inside);
        }
    }
}

fn synapses(case: &mut Case) {
    prepare(case, "w");
}

/// Weights are sums of terms below about 1.
fn magnitude(case: &Case) -> Vec<f64> {
    vec![1.0; (case.quantity("n") * case.quantity("m")) as usize]
}
