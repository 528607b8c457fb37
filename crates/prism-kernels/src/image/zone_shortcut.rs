//! Forests grow flatter.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// Lets every pixel point to where its parent points.
///
/// `before, after [b, h, w]`; `changed` is set where one moved. A pixel without a zone keeps none. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_shortcut(
    #[shape(b, h, w)] before: &[u32],
    #[shape(b, h, w)] after: &mut [u32],
    #[inout]
    #[shape(1)]
    changed: &mut [u32],
) {
    for u in 0..before.len() {
        let parent = before[u];
        after[u] = if parent == NO_ZONE { parent } else { before[parent as usize] };
        changed[0] |= u32::from(after[u] != parent);
    }
}
