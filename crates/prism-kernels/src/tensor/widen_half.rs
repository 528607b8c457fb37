//! Sixteen-bit numbers as `f32`.

use super::format::{BF16, F16, Narrow};
use super::scale::scale_of;
use prism_derive::kernel;
use prism_device::Dtype;

/// Every element as `f32`, times its scale where there is one.
///
/// `x [r, n]` → `y [r, n]`; `scale [s, c]` is `[0, 0]` for none, `[1, 1]` for one, or `[r, ⌈n/128⌉]` for one of every 128
/// neighbours. Exact without a scale, else rounded once. NaN keeps its sign and payload, made quiet; a product that is
/// none has the sign of x. O(r·n), memory-bound.
#[kernel(
    threads = (r * n).div_ceil(16),
    block = [256, 128, 512, 1024],
    wide(r, n, s),
    requires(s == 0 && c == 0 || s == 1 && c == 1 || s == r && c == n.div_ceil(128)),
    types(f16, bf16),
    check(
        r = [1, 3], s = [0, 1, 3], c = [0, 1, 3, 8],
        n = [0, 1, 2, 31, 33, 257, 384, 1000, 4097, 65_536],
    ),
    bench(r = 1, n = 67_108_864, s = 0, c = 0),
    bench(r = 16_384, n = 4_096, s = 16_384, c = 32),
    inputs = super::patterns::of_narrow,
)]
pub fn widen_half<T: Narrow>(#[shape(r, n)] x: &[T], #[shape(s, c)] scale: &[f32], #[shape(r, n)] y: &mut [f32]) {
    let format = if T::DTYPE == Dtype::F16 { F16 } else { BF16 };
    for i in 0..r * n {
        y[i] = format.scaled(x[i].code(), scale_of(scale, i, n));
    }
}
