//! Pixels take the number of their root.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// The number of every pixel's root; 0 for a pixel without a zone.
///
/// `zone, rank [b, h, w]` → `labels [b, h, w]`. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_labels(
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] rank: &[i32],
    #[shape(b, h, w)] labels: &mut [i32],
) {
    for u in 0..zone.len() {
        labels[u] = if zone[u] == NO_ZONE { 0 } else { rank[zone[u] as usize] };
    }
}
