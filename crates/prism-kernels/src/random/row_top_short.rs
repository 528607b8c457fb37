//! The largest or smallest elements of short rows.

use super::row_top::{edges, row_top_reference};
use prism_derive::kernel;
use prism_device::Float;

/// The k largest elements of every row of up to 1024, or the `smallest`, and their places; k up to 16.
///
/// `x [r, n]` → `values [r, k]`, `indices [r, k]`, in the order of [`row_top`](super::row_top()). Every row is read once, into
/// the registers of a warp; where its largest elements fall to few lanes they are taken one by one. O(n), no scratch.
#[kernel(
    threads = if k == 0 { 0 } else { r * 32 },
    block = [128],
    wide(r),
    requires(k <= n, k <= 16, n <= 1024, smallest <= 1, sorted <= 1),
    types(f16, bf16, f32),
    check(r = [0, 11], n = [0, 1, 8, 31, 33, 300, 1023, 1024], k = [0, 1, 8, 16], smallest = [0, 1], sorted = [1, 0]),
    bench(r = 65_536, n = 1_024, k = 8, sorted = 1),
    inputs = edges,
    tolerance = Exact,
)]
pub fn row_top_short<T: Float>(
    #[shape(r, n)] x: &[T],
    #[shape(r, k)] values: &mut [T],
    #[shape(r, k)] indices: &mut [i64],
    smallest: u32,
    sorted: u32,
) {
    row_top_reference(x, &mut [], values, indices, smallest, sorted, r, n, 1, 0, k);
}
