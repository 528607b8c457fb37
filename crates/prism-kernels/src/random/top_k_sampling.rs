//! Tokens drawn from logits.

use super::{ROW_TOKEN, row_token};
use crate::argument::{judged, require, rows};
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, Float, Result};

const NAME: &str = "top_k_sampling";

/// How tokens are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub struct TopKSamplingSettings {
    /// T, 0 or more, in the units of the logits; 0 takes the largest logit.
    #[alias("T")]
    pub temperature: f64,
    /// How many of the largest logits are kept; 0 keeps all.
    #[alias("top_k")]
    pub k: u32,
    /// The probability that the nucleus must have, from 0 to 1; 1 keeps all.
    #[alias("top_p")]
    pub p: f64,
    /// The seed, any number.
    pub seed: u64,
    /// The stream of that seed, any number.
    pub stream: u64,
    /// The number of the stream that the first row takes; from 0.
    pub offset: u64,
}

impl Default for TopKSamplingSettings {
    fn default() -> Self {
        Self { temperature: 1.0, k: 0, p: 1.0, seed: 0, stream: 0, offset: 0 }
    }
}

/// Tokens, and how probable they were.
#[derive(Debug, Outputs)]
pub struct TopKSampling {
    /// The index of the logit drawn, from 0.
    pub token: Buffer<i64>,
    /// Its probability among those kept.
    pub prob: Buffer<f32>,
}

/// A token of every row of logits, from the softmax of logits/T over the k largest, or over the nucleus of these.
///
/// `logits [.., v]` → `token [..]`, `prob [..]`. Exactly k are kept, of equal ones those of the lower index; then, in
/// descending order, the shortest beginning that has the probability `p` of them. The token is the first in that order at
/// which the sum of probabilities exceeds u: row b takes double `offset` + b of the stream, that of `random_uniform`, so a
/// call uses as many as there are rows. Weights are whole multiples of 2⁻⁴⁰ of the largest, and sums of them exact: every
/// device draws the same tokens, and one less probable than half of that relative to the first none at all. +∞ shares all
/// of the probability. Equals the warpers of `transformers` (temperature, top-k, top-p), which keep every tie at the end.
/// Fan, Lewis & Dauphin 2018; Holtzman et al. 2020. O(v); k to 512 reads rows in order or in none once and a part twice.
///
/// # Errors
/// `Value` for a logit that is NaN, or for the first of a row that is −∞ throughout; a temperature that is negative or not
/// finite; a p outside [0, 1]; rows of no logits, or of more than 2²³; an `offset` at which the stream ends too soon; out
/// of memory.
#[operation(types(f16, bf16, f32, f64), kernels(ROW_TOKEN))]
pub fn top_k_sampling<T: Float>(logits: &Buffer<T>, settings: &TopKSamplingSettings) -> Result<TopKSampling> {
    let (leading, [r, v]) = rows(NAME, "logits", logits)?;
    judge(settings, r, v)?;
    let TopKSamplingSettings { temperature, k, p, seed, stream, offset } = *settings;
    let (temperature, k) = if temperature == 0.0 { (1.0, 1) } else { (temperature, k) };
    let device = logits.device();
    let (mut token, mut prob, mut fault) = (device.zeros(&[r])?, device.zeros(&[r])?, device.zeros(&[1])?);
    row_token(&logits.seen_as(&[r, v])?, &mut token, &mut prob, &mut fault, temperature, p, k, seed, stream, offset)?;
    judged(NAME, "logits", "a number, of which each row has one above −∞", &fault)?;
    Ok(TopKSampling { token: token.reshaped(&leading)?, prob: prob.reshaped(&leading)? })
}

fn judge(settings: &TopKSamplingSettings, r: usize, v: usize) -> Result<()> {
    let TopKSamplingSettings { temperature, p, offset, .. } = *settings;
    let is_finite = temperature >= 0.0 && temperature.is_finite();
    require(NAME, is_finite, "0 <= temperature < ∞", || format!("temperature = {temperature}"))?;
    require(NAME, (0.0..=1.0).contains(&p), "0 <= p <= 1", || format!("p = {p}"))?;
    let is_row = (1..=1 << 23).contains(&v) || r == 0;
    require(NAME, is_row, "1 to 2^23 logits in a row", || format!("{v}"))?;
    let has_numbers = offset.checked_add(r as u64).is_some();
    require(NAME, has_numbers, "offset + rows < 2^64", || format!("offset = {offset}, {r} rows"))
}
