//! The classes, one after another.

use super::plain::{Filtration, NEVER, number_of, saddle_of, trees};
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// Birth and death of every class that lives for ever or longer than `min_persistence`.
///
/// `level [b, h, w]`, `basin [b, 2, h·w]`, `tree [b, 2, h·w + 1]`, `offsets [b, 2, ⌈h·w/1024⌉]` (the classes before each
/// 1024 pixels), `total [1]` → `dim, birth, death, birth_pixel, death_pixel [p]`, by image, dimension and place of the
/// minimum, and where those of each image begin, `first [b + 1]`. A class that lives for ever dies at +∞ and pixel −1.
/// Classes beyond p are left out, elements beyond the classes stay as they are. O(b·h·w).
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * 2 * (h * w).div_ceil(1024) * 1024,
    block = [1024],
    requires(b * h * w < 2_147_483_648),
    check(p = [0, 100, 7_000], min_persistence = [0, 1], b = [0, 1, 3], h = [0, 1, 33, 70], w = [0, 1, 33, 100]),
    bench(b = 4, h = 1_024, w = 1_024, p = 2_000_000, min_persistence = 0),
    inputs = counted,
)]
pub fn persistence_pairs(
    #[shape(b, h, w)] level: &[u32],
    #[shape(b, 2, h * w)] basin: &[u32],
    #[shape(b, 2, h * w + 1)] tree: &[u64],
    #[shape(b, 2, (h * w).div_ceil(1024))] offsets: &[u32],
    #[shape(1)] total: &[u32],
    #[inout]
    #[shape(p)]
    dim: &mut [i32],
    #[inout]
    #[shape(p)]
    birth: &mut [f32],
    #[inout]
    #[shape(p)]
    death: &mut [f32],
    #[inout]
    #[shape(p)]
    birth_pixel: &mut [i64],
    #[inout]
    #[shape(p)]
    death_pixel: &mut [i64],
    #[shape(b + 1)] first: &mut [i64],
    min_persistence: f64,
) {
    let n = h * w;
    first[b] = total[0].into();
    for which in 0..2 * b {
        let f = Filtration::of(level, which, 4, h, w);
        let mut to = offsets[which * n.div_ceil(1024)] as usize;
        if which % 2 == 0 {
            first[which / 2] = to as i64;
        }
        for minimum in (0..n).filter(|&q| basin[which * n + q] as usize == q) {
            let saddle = saddle_of(tree[which * (n + 1) + minimum]);
            if !f.is_kept(minimum, saddle, min_persistence) {
                continue;
            }
            if to < p {
                let (begin, end) = f.class(minimum, saddle);
                let (number, essential) = (|q: usize| number_of(level[which / 2 * n + q]), saddle == NEVER);
                dim[to] = (which % 2) as i32;
                (birth[to], birth_pixel[to]) = (number(begin), begin as i64);
                (death[to], death_pixel[to]) = if essential { (f32::INFINITY, -1) } else { (number(end), end as i64) };
            }
            to += 1;
        }
    }
}

/// Offsets that are of the trees.
fn counted(case: &mut Case) {
    trees(case);
    let [b, h, w] = ["b", "h", "w"].map(|name| case.quantity(name) as usize);
    let min_persistence = case.quantity("min_persistence") as f64;
    let (Value::U32(_, level), Value::U32(_, basin)) = (case.value("level").clone(), case.value("basin").clone())
    else {
        return;
    };
    let Value::U64(_, tree) = case.value("tree").clone() else { return };
    let Value::U32(_, offsets) = case.value("offsets") else { return };
    let (mut counts, mut total) = (vec![0; offsets.len()], [0]);
    super::persistence_counts_reference(&level, &basin, &tree, &mut counts, min_persistence, b, h, w);
    crate::image::zone_offsets_reference(&counts, offsets, &mut total, 1, counts.len());
    if let Value::U32(_, all) = case.value("total") {
        *all = total.to_vec();
    }
}
