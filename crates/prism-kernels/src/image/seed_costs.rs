//! What it costs to reach a zone.

use super::plain::{self, Picture};
use prism_derive::kernel;
use prism_device::Element;

/// One step of every zone's least cost from a seed: the largest difference on the way.
///
/// `image [b, channels·h, w]`, `zone, before [b, h, w]` → `after [b, h, w]`, raised; all complements, at the roots, so that the greatest is
/// the least. `changed` is set where a zone gained. O(b·h·w·channels), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8),
    types(u8, u16, f32),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100], channels = [1, 3], connectivity = [4, 8]),
    bench(b = 1, h = 4_096, w = 4_096, channels = 1, connectivity = 4),
    inputs = plain::zones,
)]
pub fn seed_costs<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] before: &[u32],
    #[inout]
    #[shape(b, h, w)]
    after: &mut [u32],
    #[inout]
    #[shape(1)]
    changed: &mut [u32],
    channels: u32,
    connectivity: u32,
) {
    for u in 0..zone.len() {
        let (own, base, p) = (zone[u] as usize, u / (h * w) * h * w, u % (h * w));
        let picture = Picture::of(image, u / (h * w), channels, h, w);
        let mut best = before[own];
        for q in plain::neighbours(p, h, w, connectivity) {
            let other = zone[base + q] as usize;
            if other != own {
                best = best.max(before[other].min(!picture.difference_bits(p, q)));
            }
        }
        changed[0] |= u32::from(best > before[own]);
        after[own] = after[own].max(best);
    }
}
