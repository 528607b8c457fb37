//! What the soma makes of its branches.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Somatic potential of every neuron, Σ α·y + b₀ over its branches.
///
/// `y [b, br]`, `alpha [br]`: branches of the same neuron lie together, br/`neurons` each → `v [b·neurons]`, element by
/// element. With `sigmoid` = 1, 1/(1 + e^(−v)) of it. Sums in doubles. A warp a neuron. O(b·br).
#[kernel(
    threads = b * neurons * 32,
    block = [256, 128, 512, 1024],
    requires(neurons >= 1, br % neurons.max(1) == 0, sigmoid <= 1),
    types(f32, f64),
    check(b = [0, 1, 2, 33], br = [33, 0, 1, 2, 31, 257, 1000], neurons = [1, 2, 5], sigmoid = [0, 1]),
    bench(b = 64, br = 524_288, neurons = 65_536),
    tolerance = Sum(br + 2, magnitude),
)]
pub fn dendrite_soma<T: Real>(
    #[shape(b, br)] y: &[T],
    #[shape(br)] alpha: &[T],
    #[shape(b * neurons)] v: &mut [T],
    neurons: u64,
    b0: f64,
    sigmoid: u32,
) {
    let neurons = neurons as usize;
    let branches = br / neurons;
    for (at, v) in v.iter_mut().enumerate() {
        let first = at % neurons * branches;
        let terms = (first..first + branches).map(|j| alpha[j].into() * y[at / neurons * br + j].into());
        let sum = terms.sum::<f64>() + b0;
        *v = T::nearest(if sigmoid == 1 { 1.0 / (1.0 + (-sum).exp()) } else { sum });
    }
}

/// Σ|t| of every neuron, and 1 for the sigmoid.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, br, neurons] = ["b", "br", "neurons"].map(|name| case.quantity(name) as usize);
    let (y, alpha) = (case.doubles("y"), case.doubles("alpha"));
    let branches = br / neurons;
    let of = |at: usize| {
        let first = at % neurons * branches;
        1.0 + (first..first + branches).map(|j| (alpha[j] * y[at / neurons * br + j]).abs()).sum::<f64>()
    };
    (0..b * neurons).map(of).collect()
}
