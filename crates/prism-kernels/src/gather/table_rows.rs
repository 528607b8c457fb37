//! Rows of a table, copied.

use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::{Case, Value};

/// The rows of a table that a list of indices names, one after the other.
///
/// `table [v, d]`, the indices `idx32 [s]` or `idx64 [l]`, the other of which is empty, → `rows [s + l, d]`. With
/// `allow_negative` = 1 v is added to indices below 0. The row of an index outside of the table is 0, and `fault` becomes the
/// complement of the first place of such an index; it stays 0 when there is none. A copy: bits are kept. O((s + l)·d),
/// memory-bound.
#[kernel(
    threads = if d == 0 { s + l } else { ((s + l) * d).div_ceil(16) },
    block = [256, 128, 64],
    wide(v, s, l),
    requires(s == 0 || l == 0, allow_negative <= 1),
    types(f16, bf16, f32, f64),
    check(
        s = [33, 0, 1, 257], l = [0, 2, 1000], v = [257, 0, 1, 33], d = [1, 0, 2, 11, 31, 33, 64, 257],
        allow_negative = [0, 1],
    ),
    bench(s = 0, l = 262_144, v = 50_000, d = 1_024, allow_negative = 0),
    bench(s = 262_144, l = 0, v = 50_000, d = 1_024, allow_negative = 0),
    bench(s = 4_194_304, l = 0, v = 50_000, d = 33, allow_negative = 0),
    inputs = indices,
)]
pub fn table_rows<T: Float>(
    #[shape(v, d)] table: &[T],
    #[shape(s)] idx32: &[i32],
    #[shape(l)] idx64: &[i64],
    #[shape(s + l, d)] rows: &mut [T],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    allow_negative: u32,
) {
    let every = idx32.iter().map(|&index| i64::from(index)).chain(idx64.iter().copied());
    for (place, index) in every.enumerate() {
        let index = if allow_negative == 1 && index < 0 { index.wrapping_add(v as i64) } else { index };
        let row = &mut rows[place * d..][..d];
        match usize::try_from(index) {
            Ok(index) if index < v => row.copy_from_slice(&table[index * d..][..d]),
            _ => {
                row.fill(T::nearest(0.0));
                fault[0] = fault[0].max(!(place as u64));
            }
        }
    }
}

/// Indices into the table and, where they may be, behind its end; in one case of three some that are outside.
fn indices(case: &mut Case) {
    let (v, count) = (case.quantity("v") as i64, case.quantity("s") + case.quantity("l"));
    let is_bad = (count + case.quantity("d")).is_multiple_of(3);
    let below = if case.quantity("allow_negative") == 1 { v } else { 0 };
    let inside = |place: usize, word: i64| match place % 29 {
        28 if is_bad => [v, -v - 1, i64::from(i32::MIN), i64::from(i32::MAX)][place / 29 % 4],
        _ => word.rem_euclid((v + below).max(1)) - below,
    };
    if let Value::I32(_, idx) = case.value("idx32") {
        idx.iter_mut().enumerate().for_each(|(place, index)| *index = inside(place, i64::from(*index)) as i32);
    }
    if let Value::I64(_, idx) = case.value("idx64") {
        idx.iter_mut().enumerate().for_each(|(place, index)| *index = inside(place, *index));
        idx.iter_mut().skip(28).step_by(290).filter(|_| is_bad).for_each(|index| *index = i64::MIN);
    }
}
