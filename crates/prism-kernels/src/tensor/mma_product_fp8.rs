//! Products of matrices of eight-bit numbers by the tensor cores' own instructions.

use super::product::{Epilogue, Product, decoded, wide};
use prism_derive::kernel;

/// Products of matrices of eight-bit numbers with what follows them, by `mma.sync` of `f16`.
///
/// As [`mma_product`](super::mma_product()), of codes of e4m3 for `format_a` or `format_b` = 0 and of e5m2 for 1, which
/// `f16` holds exactly; α times `scale_a [s]` and `scale_b [t]` where they are (s, t = 0 or 1). Sums in `f32` over the whole
/// depth. O(q·m·n·k) on tiles of 128 × 128 outputs in three stages, no scratch. Micikevicius 2022.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = m.div_ceil(128) * n.div_ceil(128) * q * 256,
    block = [256],
    requires(
        trans_a <= 1, trans_b <= 1, activation <= 1, format_a <= 1, format_b <= 1, s <= 1, t <= 1,
        g == 1 || g == q || p > 0,
        h == 1 || h == q || p > 0,
        p == 0 || p == q,
        e <= 1 || e == q,
        f <= 1 || f == q,
        w <= 1,
        m < 2_147_483_648,
        n < 2_147_483_648,
    ),
    check(
        activation = [1], trans_a = [0, 1], trans_b = [0, 1], format_a = [0, 1], format_b = [0, 1], s = [1, 0], t = [1],
        q = [2], g = [1], h = [2], p = [0], e = [2], w = [1], f = [1], m = [130], n = [129, 64], k = [136, 17, 0],
    ),
    bench(
        q = 1, g = 1, h = 1, p = 0, e = 0, w = 0, f = 0, m = 8_192, n = 8_192, k = 8_192, trans_a = 0, trans_b = 0,
        format_a = 0, format_b = 0, s = 1, t = 1, activation = 0
    ),
    bench(
        q = 1, g = 1, h = 1, p = 0, e = 0, w = 0, f = 0, m = 4_096, n = 14_336, k = 4_096, trans_a = 0, trans_b = 1,
        format_a = 0, format_b = 0, s = 1, t = 1, activation = 0
    ),
    ops = 2 * q * m * n * k,
    inputs = super::product::inputs,
    // Terms that are 1 leave Σ|t| as it is given: the bound of the class.
    tolerance = Sum(1, super::product::magnitude),
)]
pub fn mma_product_fp8(
    #[shape(g, m * k)] a: &[u8],
    #[shape(h, k * n)] b: &[u8],
    #[shape(s)] scale_a: &[f32],
    #[shape(t)] scale_b: &[f32],
    #[shape(p, 2)] pairs: &[u32],
    #[shape(e, m, n)] c: &[f32],
    #[shape(w, n)] bias: &[f32],
    #[shape(f, m, n)] residual: &[f32],
    #[shape(q, m, n)] y: &mut [f32],
    k: u32,
    trans_a: u32,
    trans_b: u32,
    format_a: u32,
    format_b: u32,
    alpha: f32,
    beta: f32,
    activation: u32,
) {
    let transposed = [trans_a == 1, trans_b == 1];
    let product = Product { shape: [q, m, n], k: k as usize, matrices: [g, h], transposed, pairs };
    let (c, bias, residual) = (wide(c), wide(bias), wide(residual));
    let scale = |scale: &[f32]| scale.first().map_or(1.0, |&scale| f64::from(scale));
    let (alpha, beta, relu) = (f64::from(alpha) * scale(scale_a) * scale(scale_b), beta.into(), activation == 1);
    let epilogue = Epilogue { c: &c, bias: &bias, residual: &residual, alpha, beta, relu };
    let outputs = epilogue.apply(&product.sums(&decoded(a, format_a), &decoded(b, format_b)), n);
    y.iter_mut().zip(outputs).for_each(|(y, output)| *y = output as f32);
}
