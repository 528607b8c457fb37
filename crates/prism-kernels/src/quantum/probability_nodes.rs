//! One level of a tree of probabilities from the level below.

use super::tree::{CHILDREN, sum_of_children};
use prism_derive::kernel;

/// Sum of every 64 neighbours of one level of a tree, into the level above.
///
/// `tree [b, n]`: of every row the `count` numbers from `begin` on are summed, in one fixed order, into the ⌈count/64⌉ that
/// follow them. Reads the level once.
#[kernel(
    threads = b * count.div_ceil(64) * 32,
    block = [256, 128, 512, 1024],
    wide(n),
    requires(count <= n && begin <= n && begin + count + count.div_ceil(64) <= n),
    check(b = [1, 0, 2, 9], n = [2, 70, 200, 9000], begin = [0, 3, 1000], count = [1, 0, 2, 63, 65, 129, 4097]),
    bench(b = 1, n = 4_260_000, begin = 0, count = 4_194_304),
)]
pub fn probability_nodes(
    #[shape(b, n)]
    #[inout]
    tree: &mut [f64],
    begin: u64,
    count: u64,
) {
    let (begin, count) = (begin as usize, count as usize);
    for row in tree.chunks_mut(n.max(1)) {
        for node in 0..count.div_ceil(CHILDREN) {
            let child = |i: usize| Some(node * CHILDREN + i).filter(|&i| i < count);
            row[begin + count + node] = sum_of_children(|i| child(i).map_or(0.0, |i| row[begin + i]));
        }
    }
}
