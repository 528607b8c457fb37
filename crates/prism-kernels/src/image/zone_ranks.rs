//! Roots are numbered.

use super::plain::{self, NUMBERED};
use prism_derive::kernel;

/// Lets every root point to its number among those of its image, from 0, and 2³¹ more.
///
/// `zone [b, h, w]` a forest, `offsets [b, ⌈h·w/1024⌉]` (the roots before each 1024 pixels). O(b·h·w), no scratch.
#[kernel(
    threads = b * (h * w).div_ceil(1024) * 256,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_ranks(
    #[inout]
    #[shape(b, h, w)]
    zone: &mut [u32],
    #[shape(b, (h * w).div_ceil(1024))] offsets: &[u32],
) {
    let parts = (h * w).div_ceil(1024);
    let mut next = 0;
    for u in 0..zone.len() {
        let (which, p) = (u / (h * w), u % (h * w));
        if p % 1024 == 0 {
            next = offsets[which * parts + p / 1024];
        }
        if zone[u] as usize == u {
            zone[u] = NUMBERED | next;
            next = next.wrapping_add(1);
        }
    }
}
