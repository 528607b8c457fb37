//! The largest magnitude in an image.

use super::plain::number;
use prism_derive::kernel;
use prism_device::Element;

/// The bits of the largest finite magnitude in every image, the greatest of it and what is there.
///
/// `image [b, rows, w]` → `peak [b]`. O(b·rows·w), no scratch.
#[kernel(
    threads = b * (rows * w).div_ceil(16384) * 256,
    block = [256],
    types(u8, u16, f32),
    check(b = [0, 1, 3], rows = [0, 1, 2, 33, 200], w = [0, 1, 31, 33, 257]),
    bench(b = 1, rows = 4_096, w = 4_096),
)]
pub fn region_peaks<T: Element>(
    #[shape(b, rows, w)] image: &[T],
    #[inout]
    #[shape(b)]
    peak: &mut [u32],
) {
    for u in 0..image.len() {
        let size = number(image[u]).abs();
        if size.is_finite() {
            peak[u / (rows * w)] = peak[u / (rows * w)].max(size.to_bits());
        }
    }
}
