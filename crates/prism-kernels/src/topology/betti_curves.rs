//! Betti numbers of sublevel sets.

use super::plain::{Filtration, NEVER, number_of, saddle_of, trees};
use prism_derive::kernel;

/// The classes born at or below a threshold and not dead there, in both dimensions.
///
/// `level [b, h, w]`, `basin [b, 2, h·w]`, `tree [b, 2, h·w + 1]`, `thresholds [k]` in any order → the classes are added
/// to `betti [b, 2, k]`. None is counted at NaN. O(b·h·w·k), the image read once, no scratch.
#[kernel(
    threads = b * 2 * (h * w).div_ceil(2048) * 256,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    check(k = [0, 1, 7, 33], b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 33, 100]),
    bench(b = 4, h = 1_024, w = 1_024, k = 100),
    inputs = trees,
)]
pub fn betti_curves(
    #[shape(b, h, w)] level: &[u32],
    #[shape(b, 2, h * w)] basin: &[u32],
    #[shape(b, 2, h * w + 1)] tree: &[u64],
    #[shape(k)] thresholds: &[f32],
    #[inout]
    #[shape(b, 2, k)]
    betti: &mut [u32],
) {
    let n = h * w;
    for which in 0..2 * b {
        let f = Filtration::of(level, which, 4, h, w);
        for minimum in (0..n).filter(|&p| basin[which * n + p] as usize == p) {
            let saddle = saddle_of(tree[which * (n + 1) + minimum]);
            let (begin, end) = f.class(minimum, saddle);
            let number = |p: usize| number_of(level[which / 2 * n + p]);
            for (j, &t) in thresholds.iter().enumerate() {
                let alive = number(begin) <= t && (saddle == NEVER || number(end) > t);
                betti[which * k + j] += u32::from(alive);
            }
        }
    }
}
