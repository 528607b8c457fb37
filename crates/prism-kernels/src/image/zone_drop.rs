//! Zones that are too small.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// Takes the pixels of zones smaller than `min_size` out of them.
///
/// `zone, area [b, h, w]` → `kept [b, h, w]`. O(b·h·w), no scratch.
#[kernel(
    threads = (b * h * w).div_ceil(4),
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100], min_size = [0, 4]),
    bench(b = 1, h = 4_096, w = 4_096, min_size = 4),
    inputs = plain::zones,
)]
pub fn zone_drop(
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] area: &[u32],
    #[shape(b, h, w)] kept: &mut [u32],
    min_size: u32,
) {
    for u in 0..zone.len() {
        let small = zone[u] == NO_ZONE || area[zone[u] as usize] < min_size;
        kept[u] = if small { NO_ZONE } else { zone[u] };
    }
}
