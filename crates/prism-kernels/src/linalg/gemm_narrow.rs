//! Products of matrices in tiles of 64 × 64 or 64 × 128.

use super::gemm_check::{inputs, magnitude};
use super::gemm_plain::Products;
use prism_derive::kernel;
use prism_device::Float;

/// act(α·A·B + β·C) of a batch of matrices, one block a tile of 64 × 64.
///
/// `left [g, m * k]` is `[m, k]`, or `[k, m]` with `left_transposed` = 1; `right [h, k * n]` is `[k, n]`, or `[n, k]`; `addend
/// [e, em, en]` with em 1 or m, en 1 or n, or none of it for C = 0 → `out [b, m, n]`. There are b matrices of an operand, one
/// for all, or any number with `which [b, 3]`: the numbers of the left, right and added matrix of every product, each below
/// its count. `activation` as [`Activation`](crate::map::Activation) numbers them. Sums in `f32`, of `f64` in `f64`, by
/// increasing k; what follows in `f64`, rounded once. O(b·m·n·k), no scratch. BLAS level 3.
#[kernel(
    threads = b * m.div_ceil(64) * n.div_ceil(64) * 128,
    block = [128],
    requires(
        left_transposed <= 1,
        right_transposed <= 1,
        activation <= 6,
        w == 0 || w == b,
        w == b || g == 1 || g == b,
        w == b || h == 1 || h == b,
        w == b || e <= 1 || e == b,
        e == 0 || em == 1 || em == m,
        e == 0 || en == 1 || en == n,
        b * m.div_ceil(64) * n.div_ceil(64) < 2_147_483_648,
    ),
    types(f16, bf16, f32, f64),
    check(
        g = [3], h = [1], e = [3, 0], em = [65], en = [68, 1], w = [0, 3], b = [3], m = [65], n = [68, 33], k = [33, 0],
        left_transposed = [0, 1], right_transposed = [0, 1], activation = [0, 3],
    ),
    bench(
        g = 64, h = 64, e = 0, em = 0, en = 0, w = 0, b = 64, m = 512, n = 512, k = 512, left_transposed = 0,
        right_transposed = 0, activation = 0
    ),
    bench(
        g = 1, h = 1, e = 0, em = 0, en = 0, w = 0, b = 1, m = 2048, n = 2048, k = 2048, left_transposed = 0,
        right_transposed = 0, activation = 0
    ),
    ops = 2 * b * m * n * k,
    inputs = inputs,
    tolerance = Sum(1, magnitude),
    twin(
        /// act(α·A·B + β·C) of a batch of matrices, one block a tile of 64 × 128: [`gemm_narrow`] for products that fill a
        /// device with such tiles.
        gemm_wide,
        threads = b * m.div_ceil(64) * n.div_ceil(128) * 128,
        types(f16, bf16, f32),
        check(
            g = [1], h = [3], e = [1, 0], em = [1, 65], en = [132, 1], w = [0, 3], b = [3], m = [65], n = [132, 33], k = [33],
            left_transposed = [0, 1], right_transposed = [0, 1], activation = [2, 0],
        ),
        bench(
            g = 1, h = 1, e = 0, em = 0, en = 0, w = 0, b = 1, m = 4096, n = 4096, k = 4096, left_transposed = 0,
            right_transposed = 0, activation = 0
        ),
        bench(
            g = 1, h = 1, e = 1, em = 1, en = 4096, w = 0, b = 1, m = 8192, n = 4096, k = 1024, left_transposed = 0,
            right_transposed = 1, activation = 2
        ),
    ),
)]
#[allow(clippy::too_many_arguments)]
pub fn gemm_narrow<T: Float>(
    #[shape(g, m * k)] left: &[T],
    #[shape(h, k * n)] right: &[T],
    #[shape(e, em, en)] addend: &[T],
    #[shape(w, 3)] which: &[u32],
    #[shape(b, m, n)] out: &mut [T],
    alpha: f64,
    beta: f64,
    k: u32,
    left_transposed: u32,
    right_transposed: u32,
    activation: u32,
) {
    let products = Products {
        b,
        extents: [m, n, k as usize],
        counts: [g, h, e],
        addend: [em, en],
        transposed: [left_transposed, right_transposed],
        factors: [alpha, beta],
        activation,
    };
    products.compute(left, right, addend, which, out);
}
