//! Zones join their targets.

use super::plain;
use prism_derive::kernel;

/// Lets every zone that has a target and the target point to the lower of the two.
///
/// `target [b, h, w]` of [`zone_targets`](super::zone_targets()), `before [b, h, w]` a forest → `after`, lowered; `changed` is
/// set where two roots differed. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn zone_join(
    #[shape(b, h, w)] target: &[u64],
    #[shape(b, h, w)] before: &[u32],
    #[inout]
    #[shape(b, h, w)]
    after: &mut [u32],
    #[inout]
    #[shape(1)]
    changed: &mut [u32],
) {
    for u in (0..target.len()).filter(|&u| target[u] != 0) {
        changed[0] |= u32::from(plain::hook(before, after, u, !target[u] as u32 as usize));
    }
}
