//! The merge tree of every image.

use super::plain::{Filtration, basins};
use prism_derive::kernel;
use prism_device::conformance::Case;

/// Where the component of every minimum meets an older one, by the elder rule, in both dimensions.
///
/// `level [b, h, w]`, `basin [b, 2, h·w]` of [`descent_basins`](super::descent_basins()) for this connectivity → `tree [b, 2, h·w + 1]`, which holds zeros before: a word for every node, the one outside
/// the last. A word is (2³¹ − 1 − saddle)·2³³ + an older node of the component met there; which one is open, the saddle is
/// not. It is 0 for the oldest of all and for what is no minimum. Saddles that join several components around them are
/// added to a forest of minima in any order, by compare and swap (Smirnov & Morozov 2020). O(b·h·w) and the ways in the
/// forest, which are shortened; no scratch.
#[kernel(
    threads = b * 2 * h * w,
    block = [256, 128, 64],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8),
    check(connectivity = [4, 8], b = [1, 0, 3], h = [0, 1, 2, 3, 33, 70], w = [0, 1, 2, 31, 33, 100]),
    bench(b = 1, h = 1_024, w = 1_024, connectivity = 4),
    bench(b = 64, h = 256, w = 256, connectivity = 4),
    inputs = basins,
    tolerance = Conditioned(same_saddle, 4_294_967_296.0),
)]
pub fn elder_merges(
    #[shape(b, h, w)] level: &[u32],
    #[shape(b, 2, h * w)] basin: &[u32],
    #[inout]
    #[shape(b, 2, h * w + 1)]
    tree: &mut [u64],
    connectivity: u32,
) {
    for (which, words) in tree.chunks_mut(h * w + 1).enumerate() {
        words.copy_from_slice(&Filtration::of(level, which, connectivity, h, w).merge_tree());
    }
}

/// Nothing relative: words of one saddle differ by less than 2³², of two by more.
fn same_saddle(_: &Case, _: &str) -> Vec<f64> {
    vec![0.0]
}
