//! Attention in its plain form.

use super::multi_head_attention::{MultiHeadAttentionSettings, multi_head_attention};
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

/// The options of the plain form.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
pub struct FusedAttentionSoftmaxSettings {
    /// What products of queries and keys are multiplied by, finite; 1/√D where absent.
    pub scale: Option<f64>,
    /// Whether query i sees keys to i only.
    pub causal: bool,
}

/// softmax(scale·QKᵀ + mask)·V in one kernel, without a buffer of scores.
///
/// `q [B, H, Lq, D]`, `k [B, H_kv, Lk, D]`, `v [B, H_kv, Lk, Dv]`, `mask` broadcast to `[B, H, Lq, Lk]` →
/// `[B, H, Lq, Dv]`: [`multi_head_attention`] without its other options. Vaswani et al. 2017; Dao et al. 2022.
/// 2·B·H·Lq·Lk·(D + Dv) operations, no scratch but for the parts of long rows of keys.
///
/// # Errors
/// `Shape` and `Requirement` where the inputs do not fit each other; out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(super::ATTENTION_MMA, super::ATTENTION_TILES, super::ATTENTION_PARTS, super::ATTENTION_JOIN),
    output(o)
)]
pub fn fused_attention_softmax<T: Float>(
    q: &Buffer<T>,
    k: &Buffer<T>,
    v: &Buffer<T>,
    mask: Option<&Buffer<T>>,
    settings: &FusedAttentionSoftmaxSettings,
) -> Result<Buffer<T>> {
    let FusedAttentionSoftmaxSettings { scale, causal } = *settings;
    let settings = MultiHeadAttentionSettings { scale, causal, ..Default::default() };
    Ok(multi_head_attention(q, k, v, mask, None, None, None, None, &settings)?.o)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prism_device::Device;

    /// Two keys with products ln 3 and 0 under scale 1: shares ¾ and ¼; the first query sees the first key only.
    #[test]
    fn shares_follow_the_exponents_of_products() {
        let device = Device::cpu();
        let q = device.upload(&[3f64.ln(), 3f64.ln()], &[1, 1, 2, 1]).unwrap();
        let k = device.upload(&[1.0, 0.0], &[1, 1, 2, 1]).unwrap();
        let v = device.upload(&[8.0, 4.0], &[1, 1, 2, 1]).unwrap();
        for (causal, known) in [(false, [7.0, 7.0]), (true, [8.0, 7.0])] {
            let settings = FusedAttentionSoftmaxSettings { scale: Some(1.0), causal };
            let o = fused_attention_softmax(&q, &k, &v, None, &settings).unwrap().download().unwrap();
            o.iter().zip(known).for_each(|(o, known)| approx::assert_relative_eq!(*o, known, max_relative = 1e-15));
        }
    }
}
