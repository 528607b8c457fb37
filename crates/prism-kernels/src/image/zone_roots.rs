//! Forests become flat.

use super::plain::{self, NO_ZONE};
use prism_derive::kernel;

/// Lets every pixel point to its root.
///
/// `before [b, h, w]` a forest → `after [b, h, w]`. A pixel without a zone keeps none. O(b·h·w) and the ways to the roots,
/// no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_roots(#[shape(b, h, w)] before: &[u32], #[shape(b, h, w)] after: &mut [u32]) {
    for u in 0..before.len() {
        after[u] = if before[u] == NO_ZONE { NO_ZONE } else { plain::root(before, u) };
    }
}
