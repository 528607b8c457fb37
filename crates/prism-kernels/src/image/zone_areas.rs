//! The sizes of zones.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// Adds the number of pixels of every zone to the area at its root.
///
/// `zone, area [b, h, w]`. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_areas(
    #[shape(b, h, w)] zone: &[u32],
    #[inout]
    #[shape(b, h, w)]
    area: &mut [u32],
) {
    for &of in zone.iter().filter(|of| **of != NO_ZONE) {
        area[of as usize] += 1;
    }
}
