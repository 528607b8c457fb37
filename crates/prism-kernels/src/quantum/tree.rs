//! A tree of probabilities: every node is the sum of up to 64 below it, the amplitudes' own at the bottom.
//!
//! The nodes of one state lie level by level, the lowest first, the sum of all last. A draw goes down from there, so that
//! it reads 64·log₆₄ n numbers at most.

use super::{Amplitude, PROBABILITY_LEAVES, probability_nodes};
use prism_device::{Arg, Buffer, Result, run};

/// Children of a node.
pub(super) const CHILDREN: usize = 64;

/// Nodes over `n` amplitudes.
pub(super) fn nodes(n: u64) -> u64 {
    levels(n).map(|(_, count)| count).sum()
}

/// Where every level begins, and its nodes, over `n` amplitudes.
pub(super) fn levels(n: u64) -> impl Iterator<Item = (u64, u64)> {
    let lowest = (n > 0).then(|| (0, n.div_ceil(64)));
    std::iter::successors(lowest, |&(begin, count)| (count > 1).then(|| (begin + count, count.div_ceil(64))))
}

/// The sum of 64 terms, of neighbours first: the order of a warp's lanes with two terms each.
pub(super) fn sum_of_children(term: impl Fn(usize) -> f64) -> f64 {
    let mut sums: [f64; 32] = std::array::from_fn(|lane| term(2 * lane) + term(2 * lane + 1));
    for half in [16, 8, 4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    sums[0]
}

/// The trees of the states `[b, s]`.
pub(super) fn grow<T: Amplitude>(state: &Buffer<T>, b: usize, s: usize) -> Result<Buffer<f64>> {
    let mut tree = state.device().zeros(&[b, nodes(s as u64) as usize])?;
    run(&PROBABILITY_LEAVES, &mut [Arg::In(&state.seen_as(&[b, s])?), Arg::Out(&mut tree)])?;
    for (begin, count) in levels(s as u64).filter(|(_, count)| *count > 1) {
        probability_nodes(&mut tree, begin, count)?;
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::{levels, nodes, sum_of_children};

    #[test]
    fn levels_end_with_one_node() {
        assert_eq!(levels(1 << 13).collect::<Vec<_>>(), [(0, 128), (128, 2), (130, 1)]);
        assert_eq!([0, 1, 64, 65, 4096, 4097].map(nodes), [0, 1, 1, 3, 65, 65 + 3]);
    }

    #[test]
    fn children_are_all_summed_once() {
        assert_eq!(sum_of_children(|i| i as f64), 2016.0);
        for i in 0..64 {
            assert_eq!(sum_of_children(|j| f64::from(u8::from(i == j))), 1.0, "{i}");
        }
    }
}
