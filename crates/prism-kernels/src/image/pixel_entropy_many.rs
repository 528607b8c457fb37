//! Local entropy of images with many grey levels.

use super::pixel_entropy_few::{plain, windows};
use prism_derive::kernel;
use prism_device::Element;

/// Local Shannon entropy, in bits, of images with up to 65 536 grey levels.
///
/// As [`pixel_entropy_few`](super::pixel_entropy_few()), with the histograms in `scratch [s, levels]`: zeros, before and
/// after. A warp keeps one and takes the s-th part of all windows. O(b·h·w·e).
#[kernel(
    threads = 32 * s,
    block = [128, 64, 256, 512],
    requires(bins <= 65_536, levels >= if bins == 0 { 65_536 } else { bins }, s > 0),
    types(u16),
    check(
        b = [0, 1, 3],
        h = [0, 1, 2, 33],
        w = [0, 1, 31, 33, 257],
        e = [0, 1, 9, 37],
        c = [1200],
        s = [1, 7],
        levels = [65_536],
        bins = [0, 300],
    ),
    bench(b = 1, h = 1_024, w = 1_024, e = 9, c = 82, s = 1_024, levels = 65_536, bins = 0),
    bench(b = 32, h = 1_024, w = 1_024, e = 9, c = 82, s = 1_024, levels = 65_536, bins = 0),
    inputs = windows,
    tolerance = NearOne(4.0),
)]
pub fn pixel_entropy_many<T: Element>(
    #[shape(b, h, w)] image: &[T],
    #[shape(e, 3)] runs: &[i32],
    #[shape(c)] weights: &[i64],
    #[shape(b, h, w)] entropy: &mut [f32],
    #[inout]
    #[shape(s, levels)]
    scratch: &mut [u32],
    bins: u32,
) {
    plain(image, runs, entropy, bins, [h, w]);
}
