//! Roots in parts of an image.

use super::plain;
use prism_derive::kernel;

/// How many roots each 1024 pixels of an image have.
///
/// `zone [b, h, w]` → `counts [b, ⌈h·w/1024⌉]`. O(b·h·w), no scratch.
#[kernel(
    threads = b * (h * w).div_ceil(1024) * 256,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_counts(#[shape(b, h, w)] zone: &[u32], #[shape(b, (h * w).div_ceil(1024))] counts: &mut [u32]) {
    let parts = (h * w).div_ceil(1024);
    for at in 0..counts.len() {
        let base = at / parts * h * w;
        let pixels = base + at % parts * 1024..(base + (at % parts + 1) * 1024).min(base + h * w);
        counts[at] = pixels.filter(|&u| zone[u] as usize == u).count() as u32;
    }
}
