//! Areas, boxes and sums of regions.

use super::plain::{fixed_scale, number};
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::{Case, Value};

/// Adds up the pixels of every region, in integers, so that no order of them matters.
///
/// `image [b, channels·h, w]`, `labels [b, h, w]`, `first [b]` (the row of each image's region 1), `peak [b]` (bits of the
/// largest magnitude) → `area [r]`; `boxes [r, 4]` complements of the first row and column, then the row and column after the
/// last; `sums [r, channels, 2]` what is whole of value·scale, and 2³¹ times the rest, `scale` bringing the peak below 2³¹;
/// `kinds [r, channels]` 1 for NaN, 2 for +∞, 4 for −∞. All added to what is there. O(b·h·w·channels), no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h.div_ceil(64) * w.div_ceil(128) * 256,
    block = [256],
    requires(b * h * w < 2_147_483_648),
    types(u8, u16, f32),
    check(b = [0, 1, 3], h = [0, 1, 33, 65, 129], w = [0, 1, 31, 33, 130], r = [9, 6000], channels = [1, 3]),
    bench(b = 1, h = 4_096, w = 4_096, r = 3, channels = 1),
    inputs = regions,
)]
pub fn region_sums<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[shape(b, h, w)] labels: &[i32],
    #[shape(b)] first: &[u32],
    #[shape(b)] peak: &[u32],
    #[inout]
    #[shape(r)]
    area: &mut [u32],
    #[inout]
    #[shape(r, 4)]
    boxes: &mut [u32],
    #[inout]
    #[shape(r, channels, 2)]
    sums: &mut [i64],
    #[inout]
    #[shape(r, channels)]
    kinds: &mut [u32],
) {
    for u in (0..labels.len()).filter(|&u| labels[u] != 0) {
        let (which, p) = (u / (h * w), u % (h * w));
        let (region, y, x) = (first[which] as usize + labels[u] as usize - 1, (p / w) as u32, (p % w) as u32);
        area[region] += 1;
        for (bound, edge) in boxes[4 * region..].iter_mut().zip([!y, !x, y + 1, x + 1]) {
            *bound = edge.max(*bound);
        }
        for c in 0..channels {
            let value = number(image[(which * channels + c) * h * w + p]);
            let at = region * channels + c;
            if value.is_finite() {
                let scaled = f64::from(value) * fixed_scale(peak[which]);
                sums[2 * at] += scaled.trunc() as i64;
                sums[2 * at + 1] += ((scaled - scaled.trunc()) * 2f64.powi(31)).round_ties_even() as i64;
            } else {
                kinds[at] |= if value.is_nan() {
                    1
                } else if value > 0.0 {
                    2
                } else {
                    4
                };
            }
        }
    }
}

/// A third of the regions for each of up to three images, and a peak above all.
fn regions(case: &mut Case) {
    let r = case.quantity("r") as i32 / 3;
    let large = matches!(case.value("image"), Value::U8(..) | Value::U16(..));
    if let Value::F32(_, image) = case.value("image") {
        image.iter_mut().step_by(97).for_each(|v| *v = f32::INFINITY);
    }
    if let Value::I32(_, labels) = case.value("labels") {
        for l in labels.iter_mut() {
            *l = l.rem_euclid(r + 1);
        }
    }
    if let Value::U32(_, first) = case.value("first") {
        (0..).zip(first).for_each(|(which, first)| *first = r as u32 * which);
    }
    if let Value::U32(_, peak) = case.value("peak") {
        peak.fill(if large { 65_535f32 } else { 30f32 }.to_bits());
    }
}
