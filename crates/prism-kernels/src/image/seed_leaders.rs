//! The first pixel of a label.

use super::plain;
use prism_derive::kernel;

/// The complement of the first root of every label, the greatest of it and what is there.
///
/// `zone, label [b, h, w]` → `leader [b, h, w]`, of label l at l − 1. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn seed_leaders(
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] label: &[u32],
    #[inout]
    #[shape(b, h, w)]
    leader: &mut [u32],
) {
    for u in (0..zone.len()).filter(|&u| zone[u] as usize == u && label[u] != 0) {
        let at = u / (h * w) * h * w + !label[u] as usize - 1;
        leader[at] = leader[at].max(!(u as u32));
    }
}
