//! Convolution, as a product of matrices that are never made, and one output at a time.

use super::conv2d_plain::{Geometry, magnitude};
use prism_derive::kernel;
use prism_device::Real;

/// Two-dimensional cross-correlation of a batch, the pixels under each weight gathered as they are needed.
///
/// `x [n, c, h, w]`, `weight [o, c/groups, kh, kw]`, `bias [o]` or `[0]` → `y [n, o, ho, wo]`; with `channels_last` = 1,
/// `x [n, h, w, c]` and `y [n, ho, wo, o]`. y[n, o, i, j] = b[o] + Σ x[n, c, i·stride + k·dilation − pad, …]·weight[o, c, k, …]
/// over the channels of o's group; x is 0 outside. Chetlur 2014. O(n·o·ho·wo·c/groups·kh·kw) on tiles of 64 channels of a
/// group by 128 pixels, no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = groups * (o / groups.max(1)).div_ceil(64) * (n * (if channels_last == 1 { y1 * y2 } else { y2 * y3 })).div_ceil(128) * 128,
    block = [128],
    requires(
        groups >= 1,
        channels_last <= 1,
        relu <= 1,
        o % groups.max(1) == 0,
        groups * cg == if channels_last == 1 { x3 } else { x1 },
        o == if channels_last == 1 { y3 } else { y1 },
        biases == 0 || biases == o,
        x1 * x2 * x3 < 2_147_483_648,
        y1 * y2 * y3 < 2_147_483_648,
        cg * kh * kw < 2_147_483_648,
    ),
    types(f32, f64),
    specialise((kh, kw) = [(3, 3)]),
    check(
        n = [0, 2],
        x1 = [4],
        x2 = [9],
        x3 = [4, 19],
        o = [4, 70],
        cg = [1, 4],
        kh = [3],
        kw = [2, 3],
        biases = [0, 70],
        y1 = [4, 8, 70],
        y2 = [7],
        y3 = [4, 17, 70],
        stride_h = [1, 2],
        stride_w = [1],
        dilation_h = [1, 2],
        dilation_w = [1],
        pad_top = [1],
        pad_left = [2],
        groups = [4, 1],
        channels_last = [0, 1],
        relu = [0, 1],
    ),
    bench(
        n = 32, x1 = 64, x2 = 128, x3 = 128, o = 64, cg = 64, kh = 3, kw = 3, biases = 64, y1 = 64, y2 = 128, y3 = 128,
        stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 1, pad_left = 1, groups = 1, channels_last = 0, relu = 0
    ),
    tolerance = Sum(cg * kh * kw + 1, magnitude),
    ops = 2 * n * y1 * y2 * y3 * cg * kh * kw,
    twin(
        /// Two-dimensional cross-correlation of a batch, as [`conv2d_tiled`], for groups of few channels.
        ///
        /// A thread an output: memory-bound when a group has one channel. O(n·o·ho·wo·c/groups·kh·kw), no scratch.
        conv2d_direct,
        threads = n * y1 * y2 * y3,
        block = [256, 128, 512],
        specialise(),
        bench(
            n = 32, x1 = 64, x2 = 128, x3 = 128, o = 64, cg = 1, kh = 3, kw = 3, biases = 64, y1 = 64, y2 = 128, y3 = 128,
            stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 1, pad_left = 1, groups = 64,
            channels_last = 0, relu = 0
        ),
    ),
)]
pub fn conv2d_tiled<T: Real>(
    #[shape(n, x1, x2, x3)] x: &[T],
    #[shape(o, cg, kh, kw)] weight: &[T],
    #[shape(biases)] bias: &[T],
    #[shape(n, y1, y2, y3)] y: &mut [T],
    stride_h: u32,
    stride_w: u32,
    dilation_h: u32,
    dilation_w: u32,
    pad_top: u32,
    pad_left: u32,
    groups: u32,
    channels_last: u32,
    relu: u32,
) {
    let geometry = Geometry {
        x: [n, x1, x2, x3],
        weight: [o, cg, kh, kw],
        y: [n, y1, y2, y3],
        stride: [stride_h, stride_w],
        dilation: [dilation_h, dilation_w],
        pad: [pad_top, pad_left],
        groups,
        channels_last: channels_last == 1,
    };
    let wide = |values: &[T]| -> Vec<f64> { values.iter().map(|&v| v.into()).collect() };
    for (y, sum) in y.iter_mut().zip(geometry.convolve(&wide(x), &wide(weight), &wide(bias))) {
        *y = T::nearest(if relu == 1 && sum < 0.0 { 0.0 } else { sum });
    }
}
