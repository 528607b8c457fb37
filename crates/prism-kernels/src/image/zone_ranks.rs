//! Roots are numbered.

use super::plain;
use prism_derive::kernel;

/// The number of every root among those of its image, from 1; 0 for other pixels.
///
/// `zone [b, h, w]`, `offsets [b, ⌈h·w/1024⌉]` (the roots before each 1024 pixels) → `rank [b, h, w]`. O(b·h·w), no scratch.
#[kernel(
    threads = b * (h * w).div_ceil(1024) * 1024,
    block = [1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_ranks(
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, (h * w).div_ceil(1024))] offsets: &[u32],
    #[shape(b, h, w)] rank: &mut [i32],
) {
    let parts = (h * w).div_ceil(1024);
    for u in 0..zone.len() {
        let (which, p) = (u / (h * w), u % (h * w));
        let before = (u - p % 1024..u).filter(|&v| zone[v] as usize == v).count() as u32;
        let root = zone[u] as usize == u;
        rank[u] =
            if root { (offsets[which * parts + p / 1024].wrapping_add(before)).wrapping_add(1) as i32 } else { 0 };
    }
}
