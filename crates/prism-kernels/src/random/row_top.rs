//! The largest or smallest elements along an axis.

use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Dtype, Float};
use std::cmp::Ordering;

/// The k largest elements of every row, or the `smallest`, and their places.
///
/// `x [o, n, i]` → `values [o, k, i]`, `indices [o, k, i]`: rows are along the middle axis. Of equal elements the first
/// comes first; NaN is above all numbers, −0 equals 0. `sorted` in that order, else in the order of their places.
/// `scratch [o·i, s]`, s the power of two from k on, where k > 2048, must be zeros and is left so; else s = 0. A row in
/// order, or in none, is read once and a part twice where k ≤ 512; else three times or more, in bins of its elements and in
/// bins of those. O(n), and O(k·ln² k) to sort.
#[kernel(
    threads = if k == 0 { 0 } else { o * i * 512 },
    block = [512],
    wide(o, i),
    requires(
        k <= n,
        k < 2_147_483_648,
        s == if k > 2048 { k.next_power_of_two() } else { 0 },
        smallest <= 1,
        sorted <= 1,
    ),
    types(f16, bf16, f32, f64),
    check(
        o = [2],
        n = [0, 1, 33, 300, 2049, 4100],
        i = [1, 0, 3],
        s = [0, 4096, 8192],
        k = [0, 1, 33, 512, 2048, 2500, 4100],
        smallest = [0, 1],
        sorted = [1, 0],
    ),
    bench(o = 256, n = 131_072, i = 1, k = 50, sorted = 1),
    bench(o = 256, n = 50_257, i = 1, k = 50, sorted = 1),
    inputs = edges,
    tolerance = Exact,
)]
pub fn row_top<T: Float>(
    #[shape(o, n, i)] x: &[T],
    #[inout]
    #[shape(o * i, s)]
    scratch: &mut [u64],
    #[shape(o, k, i)] values: &mut [T],
    #[shape(o, k, i)] indices: &mut [i64],
    smallest: u32,
    sorted: u32,
) {
    let _ = scratch;
    for (outer, inner) in (0..o).flat_map(|outer| (0..i).map(move |inner| (outer, inner))) {
        let row: Vec<f64> = (0..n).map(|j| x[(outer * n + j) * i + inner].into()).collect();
        let mut first = ranked(&row, smallest == 1);
        first.truncate(k);
        if sorted == 0 {
            first.sort_unstable();
        }
        for (at, place) in first.into_iter().enumerate() {
            values[(outer * k + at) * i + inner] = x[(outer * n + place) * i + inner];
            indices[(outer * k + at) * i + inner] = place as i64;
        }
    }
}

/// The places of a row, those of the larger elements first, or of the smaller; of equal ones the first.
pub(super) fn ranked(row: &[f64], smallest: bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..row.len()).collect();
    places.sort_by(|&a, &b| {
        let order = ascending(row[a], row[b]);
        if smallest { order } else { order.reverse() }
    });
    places
}

/// NaN is above all numbers.
fn ascending(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// Infinities, NaN, zeros of both signs; and rows of which each element is above those before it.
pub(super) fn edges(case: &mut Case) {
    let [n, i] = ["n", "i"].map(|name| case.quantity(name) as usize);
    let i = i.max(1);
    // Doubles that no float tells apart.
    let steps = match case.dtype("x") {
        Dtype::F64 => 2f64.powi(-40),
        Dtype::F32 => 1.0,
        _ => 0.0625,
    };
    case.change("x", |x| {
        for (at, x) in x.iter_mut().enumerate() {
            let (row, place) = (at / (n * i), at / i % n);
            match place % 97 {
                _ if row == 1 => *x = steps * place as f64 - 100.0,
                13 => *x = f64::INFINITY,
                14 => *x = f64::NEG_INFINITY,
                15 => *x = if place % 2 == 0 { f64::NAN } else { -f64::NAN },
                16 => *x = -0.0,
                17 => *x = 0.0,
                _ => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::ranked;

    #[test]
    fn equal_elements_keep_their_order() {
        let row = [1.0, f64::NAN, -0.0, 3.0, 0.0, f64::NEG_INFINITY, 3.0, -f64::NAN];
        assert_eq!(ranked(&row, false), [1, 7, 3, 6, 0, 2, 4, 5]);
        assert_eq!(ranked(&row, true), [5, 2, 4, 0, 3, 6, 1, 7]);
    }
}
