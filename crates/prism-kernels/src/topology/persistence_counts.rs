//! How many classes there are.

use super::plain::{Filtration, saddle_of, trees};
use prism_derive::kernel;

/// The classes of each 1024 pixels of an image and a dimension that live for ever or longer than `min_persistence`.
///
/// `level [b, h, w]`, `basin [b, 2, h·w]`, `tree [b, 2, h·w + 1]` of [`elder_merges`](super::elder_merges()) →
/// `counts [b, 2, ⌈h·w/1024⌉]`; a class is counted at its minimum, in dimension 1 the pixel at which it dies. O(b·h·w).
#[kernel(
    threads = b * 2 * (h * w).div_ceil(1024) * 1024,
    block = [1024],
    requires(b * h * w < 2_147_483_648),
    check(min_persistence = [0, 1], b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 4, h = 1_024, w = 1_024, min_persistence = 0),
    inputs = trees,
)]
pub fn persistence_counts(
    #[shape(b, h, w)] level: &[u32],
    #[shape(b, 2, h * w)] basin: &[u32],
    #[shape(b, 2, h * w + 1)] tree: &[u64],
    #[shape(b, 2, (h * w).div_ceil(1024))] counts: &mut [u32],
    min_persistence: f64,
) {
    let (n, parts) = (h * w, (h * w).div_ceil(1024));
    for (at, count) in counts.iter_mut().enumerate() {
        let (which, first) = (at / parts, at % parts * 1024);
        let f = Filtration::of(level, which, 4, h, w);
        let kept = |&p: &usize| {
            let saddle = saddle_of(tree[which * (n + 1) + p]);
            basin[which * n + p] as usize == p && f.is_kept(p, saddle, min_persistence)
        };
        *count = (first..n.min(first + 1024)).filter(kept).count() as u32;
    }
}
