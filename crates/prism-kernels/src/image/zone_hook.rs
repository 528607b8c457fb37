//! Zones across the borders of tiles.

use super::plain::{self, Picture};
use prism_derive::kernel;
use prism_device::Element;

/// Lets zones that touch across the border of two tiles point to the lower one.
///
/// `image [b, channels·h, w]`, `before [b, h, w]` a forest → `after [b, h, w]`, lowered; `changed` is set where two roots
/// differed. `mode`, `bound` as for [`zone_tiles`](super::zone_tiles()). After Shiloach & Vishkin 1982. O(b·h·w/32), no
/// scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * (h * ((w.max(1) - 1) / 32) + w * ((h.max(1) - 1) / 32)),
    block = [256],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8, mode == 1 || channels == 1, mode <= 1),
    types(u8, u16, f32),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100], channels = [1, 3], mode = [0, 1], bound = [0, 1], connectivity = [4, 8]),
    bench(b = 1, h = 4_096, w = 4_096, channels = 1, mode = 0, bound = 0, connectivity = 8),
    inputs = plain::zones,
)]
pub fn zone_hook<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[shape(b, h, w)] before: &[u32],
    #[inout]
    #[shape(b, h, w)]
    after: &mut [u32],
    #[inout]
    #[shape(1)]
    changed: &mut [u32],
    channels: u32,
    mode: u32,
    bound: f64,
    connectivity: u32,
) {
    for u in 0..b * h * w {
        let (base, p) = (u / (h * w) * h * w, u % (h * w));
        let picture = Picture::of(image, u / (h * w), channels, h, w);
        for q in plain::neighbours(p, h, w, connectivity) {
            let across = (p / w / 32, p % w / 32) != (q / w / 32, q % w / 32);
            if across && picture.joined(p, q, mode, bound) {
                changed[0] |= u32::from(plain::hook(before, after, u, base + q));
            }
        }
    }
}
