//! Zones within tiles of an image.

use super::plain::{self, NO_ZONE, Picture};
use prism_derive::kernel;
use prism_device::Element;

/// Zones of the pixels that are connected within a tile of 32 × 32.
///
/// `image [b, channels·h, w]` → `zone [b, h, w]`: the first pixel, of all images of the batch, that is connected with this one
/// within its tile. With `mode` = 0 a pixel joins its neighbour when both are above `bound`, and one that is not has no zone,
/// 2³² − 1; with 1 when no channel differs by more than `bound`. O(b·h·w·channels), no scratch.
#[kernel(
    threads = b * h.div_ceil(32) * w.div_ceil(32) * 32,
    block = [128],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8, mode == 1 || channels == 1, mode <= 1),
    types(u8, u16, f32),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100], channels = [1, 3], mode = [0, 1], bound = [0, 1], connectivity = [4, 8]),
    bench(b = 1, h = 4_096, w = 4_096, channels = 1, mode = 0, bound = 0, connectivity = 8),
    inputs = plain::zones,
)]
pub fn zone_tiles<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[shape(b, h, w)] zone: &mut [u32],
    channels: u32,
    mode: u32,
    bound: f64,
    connectivity: u32,
) {
    for which in 0..b {
        let (picture, base) = (Picture::of(image, which, channels, h, w), which * h * w);
        for p in 0..h * w {
            let alone = mode == 1 || picture.joined(p, p, mode, bound);
            zone[base + p] = if alone { NO_ZONE - 1 } else { NO_ZONE };
        }
        for first in 0..h * w {
            let mut open = if zone[base + first] == NO_ZONE - 1 { vec![first] } else { vec![] };
            while let Some(p) = open.pop() {
                zone[base + p] = (base + first) as u32;
                let tile = |p: usize| (p / w / 32, p % w / 32);
                let wanted = |&q: &usize| {
                    zone[base + q] == NO_ZONE - 1 && tile(p) == tile(q) && picture.joined(p, q, mode, bound)
                };
                open.extend(plain::neighbours(p, h, w, connectivity).filter(wanted));
            }
        }
    }
}
