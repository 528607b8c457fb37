//! The scores of attention written out, to look at.

use super::edges::{edges, largest_score};
use super::plain::{Attention, every, mask_extent, wide};
use prism_derive::kernel;
use prism_device::Float;

/// Scores scale·QKᵀ + mask of every query, −∞ for keys it does not see, or with `normalised` = 1 their softmax.
///
/// Inputs as of [`attention_tiles`](super::attention_tiles()) → `scores [b, h, lq, lk]`, whatever `packed`. A row whose
/// scores are all −∞ has shares of 0. For looking at small problems: a warp a row, every product made once, twice for shares.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h * lq * 32,
    block = [128, 64, 32],
    requires(
        g >= 1 || h == 0,
        h % g.max(1) == 0,
        given == 0 || given == b,
        axes <= 16,
        causal <= 1,
        packed <= 1,
        normalised <= 1,
        lq < 2_147_483_648,
        lk < 2_147_483_648,
    ),
    types(f16, bf16, f32, f64),
    check(
        b = [2],
        h = [4],
        lq = [1, 33],
        d = [1, 32],
        g = [2],
        lk = [2, 65],
        given = [0, 2],
        axes = [16, 14],
        causal = [0, 1],
        packed = [0, 1],
        normalised = [0, 1],
    ),
    bench(b = 1, h = 8, lq = 1_024, d = 64, g = 8, lk = 1_024, given = 0, axes = 16, causal = 0, packed = 0, normalised = 1),
    inputs = edges,
    tolerance = Sum(d + 1, largest_score),
)]
pub fn attention_scores<T: Float>(
    #[shape(b, h, lq, d)] q: &[T],
    #[shape(b, g, lk, d)] k: &[T],
    #[shape(mask_extent(axes, 3, b), mask_extent(axes, 2, h), mask_extent(axes, 1, lq), mask_extent(axes, 0, lk))]
    mask: &[T],
    #[shape(given)] lengths: &[u32],
    #[shape(b, h, lq, lk)] scores: &mut [T],
    scale: f64,
    softcap: f64,
    axes: u32,
    causal: u32,
    offset: i64,
    packed: u32,
    normalised: u32,
) {
    let attention = Attention {
        extents: [b, h, lq, d, g, lk, 0],
        scale,
        softcap,
        offset: (causal == 1).then_some(offset),
        packed: packed == 1,
        axes,
        mask: wide(mask),
        lengths: lengths.to_vec(),
    };
    let (q, k) = (wide(q), wide(k));
    for (row, at) in every([b, h, lq]).enumerate() {
        let mut of_row = attention.scores(&q, &k, at);
        if normalised == 1 {
            of_row = Attention::shares(&of_row);
        }
        scores[row * lk..][..lk].iter_mut().zip(of_row).for_each(|(to, s)| *to = T::nearest(s));
    }
}
