//! Rounding to eight bits.

use super::format::{EIGHT_BITS, Wide};
use super::scale::scale_of;
use prism_derive::kernel;

/// Every element, or every element over its scale, rounded to the nearest eight-bit number, ties to even.
///
/// `x [r, n]` → `y [r, n]`, codes of e4m3 for `format` = 0 and of e5m2 for 1; `scale [s, c]` is `[0, 0]` for none, `[1, 1]`
/// for one, or `[r, ⌈n/128⌉]` for one of every 128 neighbours. The quotient is rounded to the type of x first. Beyond the
/// largest number lies that number with `saturate` = 1, else NaN in e4m3 and ±∞ in e5m2. NaN keeps its sign: 7F, 7E.
/// Micikevicius 2022. O(r·n), memory-bound.
#[kernel(
    threads = (r * n).div_ceil(16),
    block = [256, 128, 64],
    wide(r, n, s),
    requires(s == 0 && c == 0 || s == 1 && c == 1 || s == r && c == n.div_ceil(128), format <= 1, saturate <= 1),
    types(f32, f64),
    check(
        format = [0, 1], saturate = [0, 1], r = [1, 3], s = [0, 1, 3], c = [0, 1, 3, 8],
        n = [0, 1, 31, 257, 384, 1000, 4097, 1_048_576, 1_048_577, 1_048_579],
    ),
    bench(r = 1, n = 67_108_864, s = 0, c = 0, format = 0, saturate = 1),
    bench(r = 16_384, n = 4_096, s = 16_384, c = 32, format = 0, saturate = 1),
    inputs = super::patterns::of_wide,
)]
pub fn round_fp8<T: Wide>(
    #[shape(r, n)] x: &[T],
    #[shape(s, c)] scale: &[f32],
    #[shape(r, n)] y: &mut [u8],
    format: u32,
    saturate: u32,
) {
    let format = EIGHT_BITS[format as usize];
    for i in 0..r * n {
        let x = scale_of(scale, i, n).map_or(x[i], |scale| x[i].over(scale));
        y[i] = format.round(&x.parts(), saturate == 1) as u8;
    }
}
