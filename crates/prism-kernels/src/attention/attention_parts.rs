//! Attention of a few queries to many keys, which several blocks share.

use super::edges::{edges, largest_score, largest_value};
use super::plain::{Attention, every, mask_extent, wide};
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Dtype, Float};

/// softmax(scale·QKᵀ + mask)·V over each part of the keys, and the logarithm of what the part weighs.
///
/// Inputs as of [`attention_tiles`](super::attention_tiles()) → `part [b · h · lq, parts, dv]` and `top [b · h · lq, parts]`,
/// rows in the order of the output's: part j has keys from j·⌈lk/parts⌉ on, `top` is log₂ Σ exp(score) over those that the
/// query sees, and −∞ with a part of 0 where it sees none or all scores are −∞. [`attention_join`](super::attention_join())
/// makes one of the parts. Flash-decoding: Dao et al. 2023. 2·b·h·lq·lk·(d + dv) operations; keys and values are read once
/// for every query, from the caches where heads or queries share them.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h * lq * parts * 128,
    block = [128],
    requires(
        d <= 256,
        dv <= 256,
        g >= 1 || h == 0,
        h % g.max(1) == 0,
        given == 0 || given == b,
        axes <= 16,
        causal <= 1,
        packed <= 1,
        parts >= 1,
        lq < 2_147_483_648,
        lk < 2_147_483_648,
    ),
    types(f16, bf16, f32),
    specialise((d, dv) = [(64, 64), (128, 128)]),
    check(
        b = [2],
        h = [4],
        lq = [1, 3],
        d = [33, 64, 128, 200],
        g = [2],
        lk = [1, 150],
        dv = [64, 128],
        given = [2],
        axes = [16, 7],
        causal = [0, 1],
        packed = [0, 1],
        parts = [5],
    ),
    bench(b = 1, h = 32, lq = 1, d = 128, g = 32, lk = 65_536, dv = 128, given = 0, axes = 16, causal = 0, packed = 0, parts = 66),
    bench(b = 1, h = 32, lq = 1, d = 128, g = 8, lk = 131_072, dv = 128, given = 0, axes = 16, causal = 0, packed = 0, parts = 66),
    inputs = edges,
    tolerance = Units(error),
    ops = 2 * b * h * lq * lk * (d + dv),
)]
pub fn attention_parts<T: Float>(
    #[shape(b, h, lq, d)] q: &[T],
    #[shape(b, g, lk, d)] k: &[T],
    #[shape(b, g, lk, dv)] v: &[T],
    #[shape(mask_extent(axes, 3, b), mask_extent(axes, 2, h), mask_extent(axes, 1, lq), mask_extent(axes, 0, lk))]
    mask: &[T],
    #[shape(given)] lengths: &[u32],
    #[shape(b * h * lq, parts, dv)] part: &mut [f32],
    #[shape(b * h * lq, parts)] top: &mut [f64],
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
    let ([q, k, v], length) = ([q, k, v].map(wide), lk.div_ceil(parts));
    for at in every([b, h, lq]) {
        let (scores, row) = (attention.scores(&q, &k, at), attention.row(h, lq, at));
        for j in 0..parts {
            let keys = (j * length).min(lk)..((j + 1) * length).min(lk);
            let shares = Attention::shares(&scores[keys.clone()]);
            let to = &mut part[(row * parts + j) * dv..][..dv];
            for (c, to) in to.iter_mut().enumerate() {
                let value = |key: usize| v[attention.row(g, lk, [at[0], at[1] * g / h, key]) * dv + c];
                let seen = keys.clone().zip(&shares).filter(|(key, _)| scores[*key] != f64::NEG_INFINITY);
                *to = seen.map(|(key, share)| share * value(key)).sum::<f64>() as f32;
            }
            top[row * parts + j] = log_sum_exp(&scores[keys]) * std::f64::consts::LOG2_E;
        }
    }
}

fn log_sum_exp(scores: &[f64]) -> f64 {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let base = if most == f64::NEG_INFINITY { 0.0 } else { most };
    base + scores.iter().map(|s| (s - base).exp()).sum::<f64>().ln()
}

/// 1e-5 of the largest value, and as much of the largest score, which is in `f32`.
fn error(case: &Case, output: &str) -> Vec<f64> {
    let (most, unit) = if output == "top" {
        (largest_score(case)[0], Dtype::F64.roundoff())
    } else {
        (largest_value(case), Dtype::F32.roundoff())
    };
    vec![1e-5 / unit * most]
}

#[cfg(test)]
mod tests {
    use super::attention_parts;
    use crate::attention::{MultiHeadAttentionSettings, attention_join, multi_head_attention};
    use prism_device::philox::Philox;
    use prism_device::{Buffer, Device, Element};

    fn buffer<T: Element>(values: &[T], shape: &[usize]) -> Buffer<T> {
        Device::cpu().upload(values, shape).unwrap()
    }

    /// Scores 0, log 3 and log 4 in two parts: shares ⅛, ⅜ and ½.
    #[test]
    fn parts_join_to_the_softmax_of_all_keys() {
        let k = buffer(&[0.0, 3f32.ln(), 4f32.ln()], &[1, 1, 3, 1]);
        let v = buffer(&[8.0f32, 16.0, 32.0], &[1, 1, 3, 1]);
        let (none, no_lengths) = (buffer::<f32>(&[], &[0; 4]), buffer::<u32>(&[], &[0]));
        let (mut part, mut top) = (buffer(&[9.0; 2], &[1, 2, 1]), buffer(&[9.0; 2], &[1, 2]));
        let q = buffer(&[1.0f32], &[1; 4]);
        attention_parts(&q, &k, &v, &none, &no_lengths, &mut part, &mut top, 1.0, 0.0, 16, 0, 0, 0).unwrap();
        assert_eq!(part.download().unwrap(), [14.0, 32.0]);
        assert!(top.download().unwrap().iter().all(|top| (top - 2.0).abs() < 1e-7));
        let mut o = buffer(&[0.0f32], &[1, 1]);
        attention_join(&part, &top, &mut o).unwrap();
        assert_eq!(o.download().unwrap(), [23.0]);
    }

    /// `f32`, whose keys are cut, against `f64`, whose keys are not.
    #[test]
    fn a_query_of_many_keys_is_that_of_one_pass() {
        let draw = |stream: u64, shape: &[usize]| {
            let words = Philox::new(3, stream);
            let values: Vec<f64> = (0..shape.iter().product::<usize>() as u64).map(|i| words.normal(i)).collect();
            let narrow: Vec<f32> = values.iter().map(|&x| x as f32).collect();
            (buffer(&narrow, shape), buffer(&narrow.iter().map(|&x| f64::from(x)).collect::<Vec<_>>(), shape))
        };
        let (q, k, v) = (draw(0, &[2, 3, 12]), draw(1, &[2, 1200, 6]), draw(2, &[2, 1200, 10]));
        let keep = buffer(&(0..1200).map(|j| u8::from(j % 7 != 3)).collect::<Vec<_>>(), &[1200]);
        let length = buffer(&[1100i64, 0], &[2]);
        let settings = MultiHeadAttentionSettings {
            heads: Some(4),
            kv_heads: Some(2),
            causal: true,
            bottom_right: true,
            softcap: 3.0,
            ..Default::default()
        };
        let cut = multi_head_attention(&q.0, &k.0, &v.0, None, Some(&keep), None, None, Some(&length), &settings);
        let whole = multi_head_attention(&q.1, &k.1, &v.1, None, Some(&keep), None, None, Some(&length), &settings);
        let (cut, whole) = (cut.unwrap().o, whole.unwrap().o);
        assert_eq!(cut.shape(), [2, 3, 20]);
        for (cut, whole) in cut.download().unwrap().into_iter().zip(whole.download().unwrap()) {
            assert!((f64::from(cut) - whole).abs() < 1e-6, "{cut} and {whole}");
        }
    }
}
