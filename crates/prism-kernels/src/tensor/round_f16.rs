//! Rounding to `f16`.

use super::format::{F16, Wide};
use super::scale::scale_of;
use prism_derive::kernel;
use prism_device::f16;

/// Every element, or every element over its scale, rounded to the nearest `f16`, ties to even.
///
/// `x [r, n]` → `y [r, n]`; `scale [s, c]` is `[0, 0]` for none, `[1, 1]` for one, or `[r, ⌈n/128⌉]` for one of every
/// 128 neighbours. The quotient is rounded to the type of x first. Beyond the largest number lies ±∞, or that number
/// with `saturate` = 1. NaN keeps its sign and the upper bits of its payload, made quiet. O(r·n), memory-bound.
#[kernel(
    threads = (r * n).div_ceil(16),
    block = [256, 128, 64],
    wide(r, n, s),
    requires(s == 0 && c == 0 || s == 1 && c == 1 || s == r && c == n.div_ceil(128), saturate <= 1),
    types(f32, f64),
    check(
        saturate = [0, 1], r = [1, 3], s = [0, 1, 3], c = [0, 1, 3, 8],
        n = [0, 1, 2, 31, 33, 257, 384, 1000, 4097, 1_048_576, 1_048_577, 1_048_579],
    ),
    bench(r = 1, n = 67_108_864, s = 0, c = 0, saturate = 0),
    bench(r = 16_384, n = 4_096, s = 16_384, c = 32, saturate = 0),
    inputs = super::patterns::of_wide,
)]
pub fn round_f16<T: Wide>(
    #[shape(r, n)] x: &[T],
    #[shape(s, c)] scale: &[f32],
    #[shape(r, n)] y: &mut [f16],
    saturate: u32,
) {
    for i in 0..r * n {
        let x = scale_of(scale, i, n).map_or(x[i], |scale| x[i].over(scale));
        y[i] = f16::from_bits(F16.round(&x.parts(), saturate == 1));
    }
}
