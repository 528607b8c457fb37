//! Eight-bit numbers as `f32`.

use super::format::EIGHT_BITS;
use super::scale::scale_of;
use prism_derive::kernel;

/// Every eight-bit number as `f32`, times its scale where there is one.
///
/// `x [r, n]`, codes of e4m3 for `format` = 0 and of e5m2 for 1 → `y [r, n]`; `scale [s, c]` is `[0, 0]` for none, `[1, 1]`
/// for one, or `[r, ⌈n/128⌉]` for one of every 128 neighbours. Exact without a scale, else rounded once. NaN keeps its
/// sign; a product that is none has the sign of x. Micikevicius 2022. O(r·n), memory-bound.
#[kernel(
    threads = (r * n).div_ceil(16),
    block = [256, 128, 512, 1024],
    wide(r, n, s),
    requires(s == 0 && c == 0 || s == 1 && c == 1 || s == r && c == n.div_ceil(128), format <= 1),
    check(
        format = [0, 1], r = [1, 3], s = [0, 1, 3], c = [0, 1, 3, 8],
        n = [0, 1, 2, 31, 33, 256, 257, 384, 1000, 4097],
    ),
    bench(r = 1, n = 67_108_864, s = 0, c = 0, format = 0),
    bench(r = 16_384, n = 4_096, s = 16_384, c = 32, format = 0),
    inputs = super::patterns::of_narrow,
)]
pub fn widen_fp8(#[shape(r, n)] x: &[u8], #[shape(s, c)] scale: &[f32], #[shape(r, n)] y: &mut [f32], format: u32) {
    let format = EIGHT_BITS[format as usize];
    for i in 0..r * n {
        y[i] = format.scaled(x[i].into(), scale_of(scale, i, n));
    }
}
