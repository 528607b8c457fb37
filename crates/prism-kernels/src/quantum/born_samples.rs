//! Outcomes drawn from the distribution that a state is.

use super::Amplitude;
use super::tree::{CHILDREN, levels, nodes};
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::philox::Philox;

/// Outcomes of measurements of all qubits, each by itself, the state kept.
///
/// `state [b, s]` and its `tree [b, nodes]` of sums → `samples [b, shots]`: the smallest index i with Σ_{j ≤ i} |`a_j`|² >
/// u·Σ|a|², u double number row·shots + shot of the Philox stream. Sums are added from the left, a whole node where the
/// index is not below it; where rounding leaves no index, it is the last that is possible. Where Σ|a|² is 0 or not finite
/// `fault` becomes 1 and the samples 0. O(b·shots·64·log₆₄ s).
#[kernel(
    threads = b * shots,
    block = [128, 64, 256, 512],
    wide(s, shots),
    requires(s >= 1),
    types(c64, c128),
    check(
        b = [1, 0, 2, 3],
        s = [1, 2, 64, 66, 256, 8192, 20_000],
        shots = [1, 0, 33, 257],
        seed = [0, 7],
        stream = [5]
    ),
    bench(b = 1, s = 67_108_864, shots = 1_048_576, seed = 1, stream = 0),
    inputs = trees,
)]
#[allow(clippy::too_many_arguments)]
pub fn born_samples<T: Amplitude>(
    #[shape(b, s)] state: &[T],
    #[shape(b, nodes(s))] tree: &[f64],
    #[shape(b, shots)] samples: &mut [u64],
    #[shape(1)]
    #[inout]
    fault: &mut [u32],
    seed: u64,
    stream: u64,
) {
    let nodes = nodes(s as u64) as usize;
    for (draw, sample) in samples.iter_mut().enumerate() {
        let row = draw / shots;
        let (state, tree) = (&state[row * s..][..s], &tree[row * nodes..][..nodes]);
        let total = tree[nodes - 1];
        let is_state = total > 0.0 && total.is_finite();
        fault[0] |= u32::from(!is_state);
        let bound = Philox::new(seed, stream).uniform(draw as u64) * total;
        *sample = if is_state { descend(state, tree, bound) as u64 } else { 0 };
    }
}

/// The first amplitude at which the sum from the left is above `bound`.
fn descend<T: Amplitude>(state: &[T], tree: &[f64], bound: f64) -> usize {
    let levels: Vec<_> = levels(state.len() as u64).collect();
    let (mut left, mut node) = (0.0, 0);
    for &(begin, count) in levels.iter().rev().skip(1) {
        let level = &tree[begin as usize..][..count as usize];
        (node, left) = choose(node * CHILDREN, level.len(), left, bound, |i| level[i]);
    }
    choose(node * CHILDREN, state.len(), left, bound, |i| state[i].probability()).0
}

/// The child, of up to 64 from `first` on, in which the sum passes `bound`, or else the last that adds to it; and the sum
/// before it.
fn choose(first: usize, end: usize, mut left: f64, bound: f64, share: impl Fn(usize) -> f64) -> (usize, f64) {
    let mut chosen = (first, left);
    for i in first..end.min(first + CHILDREN) {
        let share = share(i);
        if share > 0.0 {
            chosen = (i, left);
        }
        left += share;
        if left > bound {
            break;
        }
    }
    chosen
}

/// States with stretches of 0, and their trees; of three states, the second is none.
fn trees(case: &mut Case) {
    let [b, s] = ["b", "s"].map(|name| case.quantity(name) as usize);
    case.change("state", |x| {
        x.iter_mut().enumerate().filter(|(i, _)| i / 300 % 3 == 1).for_each(|(_, x)| *x = 0.0);
        if b == 3 {
            x[2 * s..4 * s].fill(0.0);
        }
    });
    let state = case.doubles("state");
    let mut sums = Vec::new();
    for state in state.chunks(2 * s.max(1)).take(b) {
        sums.extend(tree(state));
    }
    case.change("tree", |tree| *tree = sums);
}

fn tree(state: &[f64]) -> Vec<f64> {
    let mut below: Vec<f64> = state.chunks(2).map(|z| z[0] * z[0] + z[1] * z[1]).collect();
    let mut all = Vec::new();
    loop {
        let term = |node: usize, i: usize| below.get(node * CHILDREN + i).copied().unwrap_or(0.0);
        let level = (0..below.len().div_ceil(CHILDREN)).map(|n| super::tree::sum_of_children(|i| term(n, i)));
        below = level.collect();
        all.extend(&below);
        if below.len() <= 1 {
            return all;
        }
    }
}
