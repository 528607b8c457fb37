//! Products of matrices in tiles of 64 × 128.

use super::gemm_check::{inputs, magnitude};
use super::gemm_plain::Products;
use prism_derive::kernel;
use prism_device::Float;

/// act(α·A·B + β·C) of a batch of matrices, one block a tile of 64 × 128: [`gemm_narrow`](super::gemm_narrow()) for
/// products that fill a device with such tiles.
///
/// `left [g, m * k]`, `right [h, k * n]`, `addend [e, em, en]`, `which [w, 3]` → `out [b, m, n]`. Sums in `f32` by increasing k.
/// O(b·m·n·k), no scratch. BLAS level 3.
#[kernel(
    threads = b * m.div_ceil(64) * n.div_ceil(128) * 128,
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
        b * m.div_ceil(64) * n.div_ceil(128) < 2_147_483_648,
    ),
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
    ops = 2 * b * m * n * k,
    inputs = inputs,
    tolerance = Sum(1, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn gemm_wide<T: Float>(
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
