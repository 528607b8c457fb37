//! Means of regions.

use super::plain::fixed_scale;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// The bounding box and the mean of every region from what [`region_sums`](super::region_sums()) adds up.
///
/// `area [r]`, `boxes [r, 4]`, `sums [r, channels, 2]`, `kinds [r, channels]`, `first, peak [b]` → `bbox [r, 4]` (first row
/// and column, row and column after the last), `mean [r, channels]`. O(r·(channels + log b)), no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = r,
    block = [256, 128, 512, 1024],
    requires(b > 0),
    check(r = [0, 1, 9, 257], channels = [1, 3], b = [1, 3]),
    bench(r = 1_048_576, channels = 1, b = 3),
    inputs = added_up,
    tolerance = Elementwise(4.0),
)]
pub fn region_means(
    #[shape(r)] area: &[u32],
    #[shape(r, 4)] boxes: &[u32],
    #[shape(r, channels, 2)] sums: &[i64],
    #[shape(r, channels)] kinds: &[u32],
    #[shape(b)] first: &[u32],
    #[shape(b)] peak: &[u32],
    #[shape(r, 4)] bbox: &mut [i32],
    #[shape(r, channels)] mean: &mut [f64],
) {
    for at in 0..boxes.len() {
        bbox[at] = if at % 4 < 2 { !boxes[at] as i32 } else { boxes[at] as i32 };
    }
    for at in 0..mean.len() {
        let region = at / channels;
        let which = first.partition_point(|&f| f as usize <= region).saturating_sub(1);
        let sum = (sums[2 * at] as f64 + sums[2 * at + 1] as f64 / 2f64.powi(31)) / fixed_scale(peak[which]);
        mean[at] = match kinds[at] {
            0 => sum / f64::from(area[region]),
            2 => f64::INFINITY,
            4 => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
    }
}

fn added_up(case: &mut Case) {
    if let Value::I64(_, sums) = case.value("sums") {
        for s in sums.iter_mut() {
            *s -= 1 << 31;
        }
    }
    if let Value::U32(_, kinds) = case.value("kinds") {
        for k in kinds.iter_mut() {
            *k %= 8;
        }
    }
    if let Value::U32(_, area) = case.value("area") {
        for a in area.iter_mut() {
            *a = *a % 1000 + 1;
        }
    }
    if let Value::U32(_, first) = case.value("first") {
        (0..).zip(first).for_each(|(which, first)| *first = 3 * which);
    }
    if let Value::U32(_, peak) = case.value("peak") {
        peak.fill(30f32.to_bits());
    }
}
