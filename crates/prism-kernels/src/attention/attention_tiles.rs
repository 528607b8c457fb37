//! Attention over tiles of queries and keys, by ordinary arithmetic.

use super::edges::{cap, edges};
use super::plain::{Attention, mask_extent, wide};
use prism_derive::kernel;
use prism_device::Float;

/// softmax(scale·QKᵀ + mask)·V of every head, 128 queries a block.
///
/// `q [b, h, lq, d]`, `k [b, g, lk, d]`, `v [b, g, lk, dv]` → `o [b, h, lq, dv]`, head h reading keys of ⌊h·g/h⌋; with
/// `packed` = 1 elements lie as `[b, lq, h, d]`, `[b, lk, g, d]` and so on. With `softcap` c > 0 a score s becomes
/// c·tanh(s/c) before the mask is added. The mask has the axes of the bits of `axes`: keys 1, queries 2, heads 4, batch 8;
/// 16 is no mask. With `causal` = 1 query i sees keys to i + `offset`; `lengths [given]`, given = b, are the keys that
/// count, 0 to lk, the first of each batch: what lies behind is not read. A query that sees no key, or whose scores are all
/// −∞, gives 0. Arithmetic in `f32`, for `f64` in `f64`. Online softmax: Milakov & Gimelshein 2018; Dao 2022.
/// 2·b·h·lq·lk·(d + dv) operations; for dv over 128, in `f64` 64, scores are made again for every so many columns.
/// 80 KiB of shared memory a block, 96 for d = dv = 64, 112 for d = dv = 128.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h * lq.div_ceil(128) * 128,
    block = [128],
    shared = if d == 64 && dv == 64 { 98_304 } else if d == 128 && dv == 128 { 114_688 } else { 81_920 },
    requires(
        d <= 256,
        dv <= 256,
        g >= 1 || h == 0,
        h % g.max(1) == 0,
        given == 0 || given == b,
        axes <= 16,
        causal <= 1,
        packed <= 1,
        lq < 2_147_483_648,
        lk < 2_147_483_648,
    ),
    types(f16, bf16, f32, f64),
    specialise((d, dv) = [(64, 64), (128, 128)]),
    check(
        b = [2],
        h = [2],
        lq = [130],
        d = [33, 64, 128, 200],
        g = [1],
        lk = [0, 70],
        dv = [64, 128],
        given = [0, 2],
        axes = [16, 7],
        causal = [0, 1],
        packed = [0, 1],
    ),
    bench(b = 8, h = 16, lq = 2_048, d = 64, g = 16, lk = 2_048, dv = 64, given = 0, axes = 16, causal = 0, packed = 0),
    bench(b = 4, h = 16, lq = 2_048, d = 128, g = 4, lk = 2_048, dv = 128, given = 0, axes = 16, causal = 1, packed = 0),
    inputs = edges,
    tolerance = Sum(1, cap),
    ops = 2 * b * h * lq * lk * (d + dv) / (1 + causal),
)]
pub fn attention_tiles<T: Float>(
    #[shape(b, h, lq, d)] q: &[T],
    #[shape(b, g, lk, d)] k: &[T],
    #[shape(b, g, lk, dv)] v: &[T],
    #[shape(mask_extent(axes, 3, b), mask_extent(axes, 2, h), mask_extent(axes, 1, lq), mask_extent(axes, 0, lk))]
    mask: &[T],
    #[shape(given)] lengths: &[u32],
    #[shape(b, h, lq, dv)] o: &mut [T],
    scale: f64,
    softcap: f64,
    axes: u32,
    causal: u32,
    offset: i64,
    packed: u32,
) {
    let attention = Attention {
        extents: [b, h, lq, d, g, lk, dv],
        scale,
        softcap,
        offset: (causal == 1).then_some(offset),
        packed: packed == 1,
        axes,
        mask: wide(mask),
        lengths: lengths.to_vec(),
    };
    attention.outputs([q, k, v], o);
}
