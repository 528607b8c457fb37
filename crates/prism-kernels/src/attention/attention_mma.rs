//! Attention over tiles of queries and keys, on tensor cores.

use super::edges::{cap, edges};
use super::plain::{Attention, mask_extent, wide};
use prism_derive::kernel;
use prism_device::Float;

/// softmax(scale·QKᵀ + mask)·V of every head on tensor cores, 128 queries a block.
///
/// Inputs and outputs as of [`attention_tiles`](super::attention_tiles()), d and dv to 128. Products of 16-bit elements are
/// summed in `f32`; shares are rounded to the element type before they meet the values and before they are summed. They
/// are over a score that lies at most 8·ln 2 below the largest yet, so that sums are seldom scaled. Where d = dv is 64 or
/// 128 rows are as wide as tiles, else they are padded with zeros to 128; by asynchronous copies where d and dv are
/// multiples of 8. Dao 2023. 2·b·h·lq·lk·(d + dv) operations, no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h * lq.div_ceil(128) * 128,
    block = [128],
    shared = if d == 64 && dv == 64 { 49_152 } else { 98_304 },
    requires(
        d <= 128,
        dv <= 128,
        g >= 1 || h == 0,
        h % g.max(1) == 0,
        given == 0 || given == b,
        axes <= 16,
        causal <= 1,
        packed <= 1,
        lq < 2_147_483_648,
        lk < 2_147_483_648,
    ),
    types(f16, bf16),
    specialise((d, dv) = [(64, 64), (128, 128)]),
    check(
        b = [1],
        h = [4],
        lq = [1, 130],
        d = [33, 40, 64, 128],
        g = [2],
        lk = [193],
        dv = [64, 128],
        given = [0, 1],
        axes = [16, 13],
        causal = [0, 1],
        packed = [0, 1],
    ),
    bench(b = 8, h = 16, lq = 2_048, d = 64, g = 16, lk = 2_048, dv = 64, given = 0, axes = 16, causal = 0, packed = 0),
    bench(b = 4, h = 16, lq = 2_048, d = 128, g = 4, lk = 2_048, dv = 128, given = 0, axes = 16, causal = 1, packed = 0),
    inputs = edges,
    tolerance = Sum(1, cap),
    ops = 2 * b * h * lq * lk * (d + dv) / (1 + causal),
)]
pub fn attention_mma<T: Float>(
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
