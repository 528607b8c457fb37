//! The lowest nodes of a tree of probabilities.

use super::Amplitude;
use super::tree::{CHILDREN, nodes, sum_of_children};
use prism_derive::kernel;

/// Sum of the probabilities of every 64 neighbours of a state, in double precision.
///
/// `state [b, s]` → the first ⌈s/64⌉ of each row of `tree [b, nodes]`, summed in one fixed order. Reads the state once.
#[kernel(
    threads = (b * s.div_ceil(64)).div_ceil(4) * 32,
    block = [256, 128, 64],
    wide(s),
    requires(s == 1 || s % 2 == 0),
    types(c64, c128),
    check(b = [1, 0, 2, 5, 33], s = [1, 0, 2, 32, 64, 66, 256, 258, 8192]),
    bench(b = 1, s = 268_435_456),
)]
pub fn probability_leaves<T: Amplitude>(
    #[shape(b, s)] state: &[T],
    #[shape(b, nodes(s))]
    #[inout]
    tree: &mut [f64],
) {
    let nodes = nodes(s as u64) as usize;
    for row in 0..b {
        let state = &state[row * s..][..s];
        for leaf in 0..s.div_ceil(CHILDREN) {
            let term = |i: usize| state.get(leaf * CHILDREN + i).map_or(0.0, |a| a.probability());
            tree[row * nodes + leaf] = sum_of_children(term);
        }
    }
}
