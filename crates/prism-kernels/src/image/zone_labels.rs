//! Pixels take the number of their root.

use super::plain::{NO_ZONE, NUMBERED};
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// The number of every pixel's root, from 1; 0 for a pixel without a zone.
///
/// `zone [b, h, w]` a forest, its roots pointing to 2³¹ and their number from 0 → `labels [b, h, w]`. O(b·h·w) and the ways
/// to the roots, no scratch.
#[kernel(
    threads = (b * h * w).div_ceil(4),
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648),
    check(b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 31, 33, 100]),
    bench(b = 1, h = 4_096, w = 4_096),
    inputs = numbered,
)]
pub fn zone_labels(#[shape(b, h, w)] zone: &[u32], #[shape(b, h, w)] labels: &mut [i32]) {
    for u in 0..zone.len() {
        let mut of = zone[u];
        while of < NUMBERED {
            of = zone[of as usize];
        }
        labels[u] = if of == NO_ZONE { 0 } else { (of - NUMBERED + 1) as i32 };
    }
}

/// Ways of up to five pixels, and some that have no zone.
fn numbered(case: &mut Case) {
    let Value::U32(_, zone) = case.value("zone") else { return };
    for (u, zone) in (0u32..).zip(zone) {
        *zone = match u % 7 {
            0 => NUMBERED + u / 7,
            6 => NO_ZONE,
            _ => u - 1,
        };
    }
}
