//! What small zones join.

use super::plain::{self, NO_ZONE, Picture};
use prism_derive::kernel;
use prism_device::Element;

/// The zone next to every zone smaller than `min_size`, across the smallest difference; the first of equals.
///
/// `image [b, channels·h, w]`, `zone, area [b, h, w]` → `target [b, h, w]` at the root: !(bits of the difference · 2³² + zone),
/// the greatest of it and what is there; `found` is set where there is one. O(b·h·w·channels), no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8),
    types(u8, u16, f32),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100], channels = [1, 3], min_size = [0, 4], connectivity = [4, 8]),
    bench(b = 1, h = 4_096, w = 4_096, channels = 1, min_size = 4, connectivity = 4),
    inputs = plain::zones,
)]
pub fn zone_targets<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[shape(b, h, w)] zone: &[u32],
    #[shape(b, h, w)] area: &[u32],
    #[inout]
    #[shape(b, h, w)]
    target: &mut [u64],
    #[inout]
    #[shape(1)]
    found: &mut [u32],
    channels: u32,
    min_size: u32,
    connectivity: u32,
) {
    for u in 0..zone.len() {
        let (own, base, p) = (zone[u], u / (h * w) * h * w, u % (h * w));
        if own == NO_ZONE || area[own as usize] >= min_size {
            continue;
        }
        let picture = Picture::of(image, u / (h * w), channels, h, w);
        for q in plain::neighbours(p, h, w, connectivity) {
            let other = zone[base + q];
            if other != own && other != NO_ZONE {
                let key = u64::from(picture.difference_bits(p, q)) << 32 | u64::from(other);
                target[own as usize] = target[own as usize].max(!key);
                found[0] = 1;
            }
        }
    }
}
