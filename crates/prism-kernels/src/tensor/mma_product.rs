//! Products of matrices on tensor cores, by their own instructions and by their portable face.

use super::product::{Epilogue, Product, wide};
use prism_derive::kernel;
use prism_device::Float;

/// Products of matrices with what follows them, by `mma.sync`.
///
/// `a [g, m·k]`, rows of k or, with `trans_a`, of m; `b [h, k·n]`, rows of n or, with `trans_b`, of k; `pairs [p, 2]`
/// names the matrices of each product (p = q), else each has the one of its number, or the only one; `c [e, m, n]`,
/// `residual [f, m, n]` (e, f = q, 1 for all, 0 for none), `bias [w, n]` (w = 0 or 1) → `y [q, m, n]`:
/// act(α·A·B + β·C + bias) + residual, act the identity for `activation` = 0, max(x, 0) for 1. Sums in `f32`; factors of
/// `f32` are rounded to 11 bits first. O(q·m·n·k) on tiles
/// of 128 × 128 outputs in three stages, no scratch. Fasi et al. 2021.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = m.div_ceil(128) * n.div_ceil(128) * q * 256,
    block = [256],
    requires(
        trans_a <= 1, trans_b <= 1, activation <= 1,
        g == 1 || g == q || p > 0,
        h == 1 || h == q || p > 0,
        p == 0 || p == q,
        e <= 1 || e == q,
        f <= 1 || f == q,
        w <= 1,
        m < 2_147_483_648,
        n < 2_147_483_648,
    ),
    types(f16, bf16, f32),
    check(
        activation = [0, 1], trans_a = [0, 1], trans_b = [0, 1], q = [2], g = [1], h = [2], p = [0, 2], e = [0, 2],
        w = [1], f = [1], m = [130], n = [129, 64], k = [136, 17, 0],
    ),
    bench(
        q = 1, g = 1, h = 1, p = 0, e = 0, w = 0, f = 0, m = 8_192, n = 8_192, k = 8_192, trans_a = 0, trans_b = 0,
        activation = 0
    ),
    bench(
        q = 1, g = 1, h = 1, p = 0, e = 0, w = 0, f = 0, m = 4_096, n = 14_336, k = 4_096, trans_a = 0, trans_b = 1,
        activation = 0
    ),
    ops = 2 * q * m * n * k,
    inputs = super::product::inputs,
    // Terms that are 1 leave Σ|t| as it is given: the bound of the class.
    tolerance = Sum(1, super::product::magnitude),
    twin(
        /// Products of matrices with what follows them, by `nvcuda::wmma`.
        ///
        /// Arguments and sums as of [`mma_product`]. O(q·m·n·k) on tiles of 128 × 128 outputs in two stages, no scratch.
        /// Fasi et al. 2021.
        wmma_product,
        check(
            activation = [0, 1], trans_a = [0, 1], trans_b = [0, 1], q = [2], g = [1], h = [2], p = [0, 2], e = [0, 2],
            w = [0], f = [2], m = [130], n = [129, 64], k = [136, 17, 0],
        ),
    ),
)]
pub fn mma_product<T: Float>(
    #[shape(g, m * k)] a: &[T],
    #[shape(h, k * n)] b: &[T],
    #[shape(p, 2)] pairs: &[u32],
    #[shape(e, m, n)] c: &[f32],
    #[shape(w, n)] bias: &[f32],
    #[shape(f, m, n)] residual: &[f32],
    #[shape(q, m, n)] y: &mut [f32],
    k: u32,
    trans_a: u32,
    trans_b: u32,
    alpha: f32,
    beta: f32,
    activation: u32,
) {
    let transposed = [trans_a == 1, trans_b == 1];
    let product = Product { shape: [q, m, n], k: k as usize, matrices: [g, h], transposed, pairs };
    let (c, bias, residual) = (wide(c), wide(bias), wide(residual));
    let (alpha, beta, relu) = (alpha.into(), beta.into(), activation == 1);
    let epilogue = Epilogue { c: &c, bias: &bias, residual: &residual, alpha, beta, relu };
    let outputs = epilogue.apply(&product.sums(&wide(a), &wide(b)), n);
    y.iter_mut().zip(outputs).for_each(|(y, output)| *y = output as f32);
}
