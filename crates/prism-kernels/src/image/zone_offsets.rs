//! Sums before each part.

use prism_derive::kernel;

/// The sum of all counts before each of a row, and of all.
///
/// `counts [b, s]` → `offsets [b, s]`, `total [b]`. O(b·s), no scratch.
#[kernel(
    threads = b * 1024,
    block = [1024],
    check(b = [0, 1, 3], s = [0, 1, 2, 31, 33, 257, 1000, 4000]),
    bench(b = 1, s = 16_384),
)]
pub fn zone_offsets(#[shape(b, s)] counts: &[u32], #[shape(b, s)] offsets: &mut [u32], #[shape(b)] total: &mut [u32]) {
    for row in 0..b {
        let mut sum = 0u32;
        for at in row * s..(row + 1) * s {
            offsets[at] = sum;
            sum = sum.wrapping_add(counts[at]);
        }
        total[row] = sum;
    }
}
