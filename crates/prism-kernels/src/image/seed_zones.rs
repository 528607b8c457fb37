//! Seeds fall into zones.

use super::plain;
use prism_derive::kernel;

/// The least seed in every zone, at its root.
///
/// `seeds, zone [b, h, w]` → `label [b, h, w]` the complement of the least seed, `cost [b, h, w]` the complement of 0; nothing
/// where there is no seed. `fault` is set where a seed is negative or above h·w. O(b·h·w), no scratch.
#[kernel(
    threads = b * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = plain::zones,
)]
pub fn seed_zones(
    #[shape(b, h, w)] seeds: &[i32],
    #[shape(b, h, w)] zone: &[u32],
    #[inout]
    #[shape(b, h, w)]
    label: &mut [u32],
    #[inout]
    #[shape(b, h, w)]
    cost: &mut [u32],
    #[inout]
    #[shape(1)]
    fault: &mut [u32],
) {
    for u in (0..seeds.len()).filter(|&u| seeds[u] != 0) {
        let root = zone[u] as usize;
        match u32::try_from(seeds[u]) {
            Ok(seed) if seed as usize <= h * w => (label[root], cost[root]) = (label[root].max(!seed), !0),
            _ => fault[0] = 1,
        }
    }
}
