//! Attention of many heads.

use super::ATTENTION_SCORES;
use super::shapes::{Heads, Shapes, joined_shape, length_axis, merged};
use super::{ATTENTION_MMA, ATTENTION_PARTS, ATTENTION_TILES, KEEP_BIAS, KEY_LENGTHS, SEQUENCE_JOIN, attention_join};
use crate::argument::{judged, require};
use prism_derive::{Outputs, Settings, operation};
use prism_device::operation::Setting;
use prism_device::{AnyBuffer, Arg, Buffer, Dtype, Entry, Float, Result, run};

pub(super) const NAME: &str = "multi_head_attention";

/// Queries of a head and fewer, and keys and more, for which several blocks share the keys of a query.
const FEW_QUERIES: usize = 4;
const MANY_KEYS: usize = 512;

/// Blocks that a call of few queries is cut into: a few for every place that an H200 has for one. Keys a block has at least.
const BLOCKS: usize = 2112;
const KEYS: usize = 512;

/// The options of attention.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
#[allow(clippy::struct_excessive_bools)] // Each is a parameter of its own in the catalogue.
pub struct MultiHeadAttentionSettings {
    /// What products of queries and keys are multiplied by, finite; 1/√D where absent.
    pub scale: Option<f64>,
    /// The bound that tanh bends scores to before the mask is added, 0 or greater; 0 is none.
    pub softcap: f64,
    /// Whether query i sees keys to i + offset only; the offset is the past length, 0 without a past.
    pub causal: bool,
    /// Whether the offset is Lk − Lq instead, so that the last query sees the last key.
    pub bottom_right: bool,
    /// Heads of queries, 1 or more: inputs are packed `[B, L, H·D]`; where absent they are `[B, H, L, D]`.
    pub heads: Option<u32>,
    /// Heads of keys and values of packed inputs, a divisor of `heads`; as many as `heads` where absent.
    pub kv_heads: Option<u32>,
    /// Whether the scores after the mask are given out too.
    pub with_s: bool,
    /// Whether their softmax is given out too.
    pub with_p: bool,
}

/// What attention gives.
#[derive(Debug, Outputs)]
pub struct MultiHeadAttentionOutputs<T: Float> {
    /// Values weighted by their shares, shaped as the queries, Dv wide.
    pub o: Buffer<T>,
    /// Scores after the mask, `[B, H, Lq, Lk]`, −∞ where a query does not see a key.
    pub s: Option<Buffer<T>>,
    /// Their softmax, `[B, H, Lq, Lk]`.
    pub p: Option<Buffer<T>>,
    /// Past and new keys, where there is a past.
    pub present_k: Option<Buffer<T>>,
    /// Past and new values, where there is a past.
    pub present_v: Option<Buffer<T>>,
}

/// Attention O = softmax(cap(scale·QKᵀ) + mask)·V of every head, cap(s) = c·tanh(s/c) for `softcap` c > 0.
///
/// `q [B, H, Lq, D]`, `k [B, H_kv, Lk, D]`, `v [B, H_kv, Lk, Dv]` → `o [B, H, Lq, Dv]`; B is any number of extents, head h
/// reads keys of head `⌊h·H_kv/H⌋`, D and Dv go to 256. With `heads`, inputs and output are `[B, L, H·D]`. `past_k` and
/// `past_v` lie before `k` and `v` along L. `mask` is added to scores, or scores are dropped where `keep` is 0; either is
/// broadcast to `[B, H, Lq, Lk]`, its batch being all of B or 1. `key_length [B]`, 0 to Lk, counts the keys of every
/// batch; what lies behind is not read. A query that sees no key gives 0. 16-bit elements are summed in `f32` on tensor
/// cores where D and Dv go to 128; `f32` is true `f32`. The keys of a head are cut into parts for several blocks where up
/// to 4 queries meet 512 and more, but not in `f64`. Equals `torch.nn.functional.scaled_dot_product_attention` and
/// ONNX `Attention`. Vaswani et al. 2017; Ainslie et al. 2023; Dao 2023. 2·B·H·Lq·Lk·(D + Dv) operations; scores are not
/// written unless they are asked for.
///
/// # Errors
/// `Shape` and `Requirement` where inputs and settings do not fit each other; `Value` for a `key_length` beyond the keys;
/// out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(
        super::ATTENTION_MMA,
        super::ATTENTION_TILES,
        super::ATTENTION_PARTS,
        super::ATTENTION_JOIN,
        super::ATTENTION_SCORES,
        super::KEEP_BIAS,
        super::KEY_LENGTHS,
        super::SEQUENCE_JOIN
    )
)]
#[allow(clippy::too_many_arguments)]
pub fn multi_head_attention<T: Float>(
    q: &Buffer<T>,
    k: &Buffer<T>,
    v: &Buffer<T>,
    mask: Option<&Buffer<T>>,
    keep: Option<&Buffer<u8>>,
    past_k: Option<&Buffer<T>>,
    past_v: Option<&Buffer<T>>,
    key_length: Option<&Buffer<i64>>,
    settings: &MultiHeadAttentionSettings,
) -> Result<MultiHeadAttentionOutputs<T>> {
    settings.judge()?;
    let one_mask = mask.is_none() || keep.is_none();
    require(NAME, one_mask, "mask or keep, not both", || "both".to_owned())?;
    let both = past_k.is_some() == past_v.is_some();
    require(NAME, both, "past_k and past_v together", || "one of them".to_owned())?;
    let heads = settings.layout();
    let present_k = past_k.map(|past| joined("past_k", past, k)).transpose()?;
    let present_v = past_v.map(|past| joined("past_v", past, v)).transpose()?;
    let past = past_k.map_or(0, |past| past.shape()[length_axis(past.shape().len())]);
    let (k, v) = (present_k.as_ref().unwrap_or(k), present_v.as_ref().unwrap_or(v));
    let shapes = Shapes::of(q, k, v, &heads)?;
    let bias = keep.map(bias).transpose()?;
    let mask = mask.or(bias.as_ref());
    let name = if keep.is_some() { "keep" } else { "mask" };
    let call = Call {
        inputs: [q, k, v],
        mask,
        axes: mask.map_or(Ok(super::plain::NO_MASK), |mask| shapes.mask_axes(name, mask.shape()))?,
        lengths: counts(key_length, &shapes)?,
        offset: if settings.bottom_right { shapes.lk as i64 - shapes.lq as i64 } else { past as i64 },
        shapes,
        settings,
    };
    let o = call.outputs()?;
    let s = settings.with_s.then(|| call.scores(false)).transpose()?;
    let p = settings.with_p.then(|| call.scores(true)).transpose()?;
    Ok(MultiHeadAttentionOutputs { o, s, p, present_k, present_v })
}

impl MultiHeadAttentionSettings {
    fn judge(&self) -> Result<()> {
        let finite = self.scale.is_none_or(f64::is_finite);
        require(NAME, finite, "a finite scale", || format!("scale = {}", self.scale.unwrap_or_default()))?;
        let cap = self.softcap >= 0.0 && self.softcap.is_finite();
        require(NAME, cap, "a finite softcap >= 0", || format!("softcap = {}", self.softcap))?;
        let aligned = self.causal || !self.bottom_right;
        require(NAME, aligned, "causal where bottom_right", || "bottom_right alone".to_owned())?;
        let packed = self.heads.is_some() || self.kv_heads.is_none();
        require(NAME, packed, "heads where kv_heads", || "kv_heads alone".to_owned())?;
        let positive = self.heads != Some(0) && self.kv_heads != Some(0);
        require(NAME, positive, "heads and kv_heads >= 1", || {
            format!("heads = {}, kv_heads = {}", self.heads.show(), self.kv_heads.show())
        })
    }

    fn layout(&self) -> Heads {
        match self.heads {
            None => Heads::Apart,
            Some(h) => Heads::Packed { h: h as usize, g: self.kv_heads.unwrap_or(h) as usize },
        }
    }
}

/// Everything a launch takes.
struct Call<'a, T: Float> {
    inputs: [&'a Buffer<T>; 3],
    mask: Option<&'a Buffer<T>>,
    axes: u32,
    lengths: Buffer<u32>,
    offset: i64,
    shapes: Shapes,
    settings: &'a MultiHeadAttentionSettings,
}

impl<T: Float> Call<'_, T> {
    fn outputs(&self) -> Result<Buffer<T>> {
        let Shapes { lead, h, lq, dv, .. } = &self.shapes;
        let o = if self.is_cut() { self.in_parts()? } else { self.at_once()? };
        let rows: &[usize] = if self.shapes.packed { &[*lq, h * dv] } else { &[*h, *lq, *dv] };
        o.reshaped(&[lead, rows].concat())
    }

    /// Whether the queries are too few for blocks of them to keep a device busy.
    fn is_cut(&self) -> bool {
        T::DTYPE != Dtype::F64 && self.shapes.lq <= FEW_QUERIES && self.shapes.lk >= MANY_KEYS
    }

    /// A block for every few queries.
    fn at_once(&self) -> Result<Buffer<T>> {
        let Shapes { b, h, lq, d, dv, .. } = self.shapes;
        let on_tensor_cores = matches!(T::DTYPE, Dtype::F16 | Dtype::BF16) && d <= 128 && dv <= 128;
        let kernel = if on_tensor_cores { &ATTENTION_MMA } else { &ATTENTION_TILES };
        let mut o = self.inputs[0].device().zeros(&[b, h, lq, dv])?;
        self.launch(kernel, &mut [&mut o], true, &[])?;
        Ok(o)
    }

    /// Several blocks for a query, each with a part of its keys.
    fn in_parts(&self) -> Result<Buffer<T>> {
        let (Shapes { b, h, lq, lk, dv, .. }, device) = (&self.shapes, self.inputs[0].device());
        let rows = b * h * lq;
        let parts = (BLOCKS / rows.max(1)).clamp(1, lk / KEYS);
        let (mut part, mut top) = (device.zeros(&[rows, parts, *dv])?, device.zeros(&[rows, parts])?);
        self.launch(&ATTENTION_PARTS, &mut [&mut part, &mut top], true, &[])?;
        let mut o = device.zeros(&[rows, *dv])?;
        attention_join(&part, &top, &mut o)?;
        Ok(o)
    }

    fn scores(&self, normalised: bool) -> Result<Buffer<T>> {
        let Shapes { lead, b, h, lq, lk, .. } = &self.shapes;
        let mut scores = self.inputs[0].device().zeros(&[*b, *h, *lq, *lk])?;
        self.launch(&ATTENTION_SCORES, &mut [&mut scores], false, &[u32::from(normalised)])?;
        scores.reshaped(&[lead, &[*h, *lq, *lk][..]].concat())
    }

    fn launch(
        &self,
        kernel: &'static Entry,
        to: &mut [&mut dyn AnyBuffer],
        with_values: bool,
        last: &[u32],
    ) -> Result<()> {
        let Shapes { b, h, g, lq, lk, d, dv, packed, .. } = self.shapes;
        let none = self.inputs[0].device().zeros(&[0])?;
        let q = self.inputs[0].seen_as(&[b, h, lq, d])?;
        let k = self.inputs[1].seen_as(&[b, g, lk, d])?;
        let v = self.inputs[2].seen_as(&[b, g, lk, dv])?;
        let mask = self.mask.unwrap_or(&none).seen_as(&self.shapes.mask_extents(self.axes))?;
        let mut args = vec![Arg::In(&q), Arg::In(&k)];
        args.extend(with_values.then_some(Arg::In(&v)));
        args.extend([Arg::In(&mask), Arg::In(&self.lengths)]);
        args.extend(to.iter_mut().map(|to| Arg::Out(&mut **to)));
        let settings = self.settings;
        let scale = settings.scale.unwrap_or(1.0 / (d.max(1) as f64).sqrt());
        let (causal, packed) = (u32::from(settings.causal), u32::from(packed));
        let numbers = [scale.into(), settings.softcap.into(), self.axes.into(), causal.into(), self.offset.into()];
        args.extend(numbers.into_iter().chain([packed.into()]).map(Arg::Scalar));
        args.extend(last.iter().map(|&flag| Arg::Scalar(flag.into())));
        run(kernel, &mut args)
    }
}

fn joined<T: Float>(name: &'static str, past: &Buffer<T>, next: &Buffer<T>) -> Result<Buffer<T>> {
    let (shape, rows, cuts) = joined_shape(name, past.shape(), next.shape())?;
    let mut joined = past.device().zeros(&[rows, cuts[0] + cuts[1]])?;
    let past = past.seen_as(&[rows, cuts[0]])?;
    let next = next.seen_as(&[rows, cuts[1]])?;
    run(&SEQUENCE_JOIN, &mut [Arg::In(&past), Arg::In(&next), Arg::Out(&mut joined)])?;
    joined.reshaped(&shape)
}

fn bias<T: Float>(keep: &Buffer<u8>) -> Result<Buffer<T>> {
    let n = merged(keep.shape());
    let mut bias = keep.device().zeros(&[n])?;
    run(&KEEP_BIAS, &mut [Arg::In(&keep.seen_as(&[n])?), Arg::Out(&mut bias)])?;
    bias.reshaped(keep.shape())
}

/// The lengths as the kernels take them; none where all keys count.
fn counts(lengths: Option<&Buffer<i64>>, shapes: &Shapes) -> Result<Buffer<u32>> {
    let Some(lengths) = lengths else { return shapes.device.zeros(&[0]) };
    shapes.is_of_batch("key_length", lengths.shape())?;
    let mut counts = lengths.device().zeros(&[shapes.b])?;
    let mut fault = lengths.device().zeros::<u64>(&[1])?;
    let (of_batch, keys) = (lengths.seen_as(&[shapes.b])?, Arg::Scalar((shapes.lk as u64).into()));
    run(&KEY_LENGTHS, &mut [Arg::In(&of_batch), Arg::Out(&mut counts), Arg::Out(&mut fault), keys])?;
    judged(NAME, "key_length", "0 to the number of keys", &fault)?;
    Ok(counts)
}

#[cfg(test)]
#[path = "multi_head_attention_tests.rs"]
mod tests;
