//! Zones of one label become one.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// Lets every pixel point to the first pixel of its label.
///
/// `zone, label, leader [b, h, w]` → `region [b, h, w]`; none without a label. O(b·h·w), no scratch.
#[kernel(
    threads = (b * h * w).div_ceil(4),
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn seed_regions(
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] label: &[u32],
    #[shape(b, h, w)] leader: &[u32],
    #[shape(b, h, w)] region: &mut [u32],
) {
    for u in 0..zone.len() {
        let of = label[zone[u] as usize];
        let base = u / (h * w) * h * w;
        region[u] = if of == 0 { NO_ZONE } else { !leader[base + !of as usize - 1] };
    }
}
