//! Traces of spikes.

use super::plasticity::spikes_in;
use super::words;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::{Real, Scalar};

/// Traces after step `step`: each decays by `decay` and grows by 1 with its neuron's spike.
///
/// `trace [n]`, `spikes [s, words(n)]`. Arithmetic in doubles, rounded once. Morrison, Diesmann & Gerstner 2008. O(n).
#[kernel(
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    requires(step < s),
    types(f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 2048, 6_001], s = [1, 3], step = [0, 2]),
    bench(n = 33_554_432, s = 1, step = 0),
    inputs = decaying,
)]
pub fn stdp_traces<T: Real>(
    #[inout]
    #[shape(n)]
    trace: &mut [T],
    #[shape(s, words(n))] spikes: &[u32],
    step: u32,
    decay: f64,
) {
    let spikes = &spikes[step as usize * words(n as u64) as usize..];
    for (i, trace) in trace.iter_mut().enumerate() {
        *trace = T::nearest((*trace).into() * decay + f64::from(u8::from(spikes_in(spikes, i))));
    }
}

fn decaying(case: &mut Case) {
    *case.value("decay") = Value::Scalar(Scalar::F64(0.995));
}
