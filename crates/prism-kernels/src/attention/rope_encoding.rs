//! Rotary positions.

use super::ROPE_ROTATION;
use crate::argument::{judged, require};
use prism_derive::{Setting, Settings, operation};
use prism_device::{Arg, Buffer, ErrorKind, Float, Result, run};

const NAME: &str = "rope_encoding";

/// Which elements of a row are a pair.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum RopeForm {
    /// i and i + d/2, as in `GPT-NeoX`.
    #[default]
    Half,
    /// 2i and 2i + 1, as in `RoFormer`.
    Interleaved,
}

/// The order of axes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum RopeLayout {
    /// `[B, H, S, D]`.
    #[default]
    HeadsFirst,
    /// `[B, S, H, D]`.
    SequenceFirst,
}

/// The options of rotary positions.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct RopeEncodingSettings {
    /// Which elements are a pair.
    pub form: RopeForm,
    /// The order of axes.
    pub layout: RopeLayout,
    /// The position of a sequence's first row where `pos` is absent.
    pub start: i64,
    /// The base of the frequencies base^(−2k/d), finite, greater than 0.
    pub base: f64,
    /// How many elements of a row, the first ones, are turned: an even number, 0 to D; all of them where absent.
    pub rotary_dim: Option<u32>,
    /// What positions are multiplied by, finite.
    pub scale: f64,
}

impl Default for RopeEncodingSettings {
    fn default() -> Self {
        let (form, layout) = (RopeForm::default(), RopeLayout::default());
        Self { form, layout, start: 0, base: 10_000.0, rotary_dim: None, scale: 1.0 }
    }
}

/// Every pair k of a row turned by the angle pos·scale·base^(−2k/d), in radians, d the `rotary_dim`.
///
/// `x [B, H, S, D]` or `[B, S, H, D]` → the same shape; B is any number of extents. `pos [B, S]` are the positions, else
/// they count from `start`. `cos` and `sin [max_pos, d/2]` take the place of base and scale: row pos of them is used.
/// Angles are formed in `f64`: within 10⁻⁶ up to 2²⁰ and beyond. Equals ONNX `RotaryEmbedding`. Su et al. 2021. x is read
/// once, the result written once.
///
/// # Errors
/// `Requirement` for an odd or too large `rotary_dim`, a base or scale that is none, one of `cos` and `sin` alone, or with
/// a scale; `Shape` where inputs do not fit; `Value` for a position that the caches do not have; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::ROPE_ROTATION))]
pub fn rope_encoding<T: Float>(
    x: &Buffer<T>,
    pos: Option<&Buffer<i64>>,
    cos: Option<&Buffer<T>>,
    sin: Option<&Buffer<T>>,
    settings: &RopeEncodingSettings,
) -> Result<Buffer<T>> {
    let RopeEncodingSettings { form, layout, start, scale, .. } = *settings;
    let [lead @ .., one, two, d] = x.shape() else { return Err(unfit("x", "…, H, S, D", x.shape())) };
    let sequence_first = layout == RopeLayout::SequenceFirst;
    let (h, s) = if sequence_first { (*two, *one) } else { (*one, *two) };
    let b = lead.iter().product();
    let rotary = settings.judge(*d, cos.is_some(), sin.is_some())?;
    let device = x.device();
    let none = device.zeros(&[0, rotary / 2])?;
    let (cos, sin, cached) = (cos.unwrap_or(&none), sin.unwrap_or(&none), cos.is_some());
    caches(cos, sin, rotary / 2)?;
    let no_positions = device.zeros(&[0, s])?;
    if pos.is_some_and(|pos| pos.shape() != [lead, &[s]].concat()) {
        let expected: Vec<String> = lead.iter().chain([&s]).map(ToString::to_string).collect();
        return Err(unfit("pos", &expected.join(", "), pos.map_or(&[], |pos| pos.shape())));
    }
    let positions = pos.map_or(no_positions.seen_as(&[0, s]), |pos| pos.seen_as(&[b, s]))?;
    let frequencies = settings.frequencies(if cached { 0 } else { rotary });
    let frequencies = device.upload(&frequencies, &[frequencies.len()])?;
    let mut y = device.zeros(&[b, h, s, *d])?;
    let mut fault = device.zeros(&[1])?;
    let numbers = [start.into(), scale.into(), (rotary as u32).into()];
    let flags = [u32::from(form == RopeForm::Interleaved).into(), u32::from(sequence_first).into()];
    let seen = x.seen_as(&[b, h, s, *d])?;
    let mut args = vec![Arg::In(&seen), Arg::In(&positions), Arg::In(&frequencies), Arg::In(cos), Arg::In(sin)];
    args.extend([Arg::Out(&mut y), Arg::Out(&mut fault)]);
    args.extend(numbers.into_iter().chain(flags).map(Arg::Scalar));
    run(&ROPE_ROTATION, &mut args)?;
    drop(args);
    if cached {
        judged(NAME, "pos", "a row of cos and sin", &fault)?;
    }
    y.reshaped(x.shape())
}

impl RopeEncodingSettings {
    /// The elements turned.
    fn judge(&self, d: usize, has_cos: bool, has_sin: bool) -> Result<usize> {
        let rotary = self.rotary_dim.map_or(d, |d| d as usize);
        let fits = rotary.is_multiple_of(2) && rotary <= d;
        require(NAME, fits, "an even rotary_dim of D at most", || format!("{rotary} of {d}"))?;
        let based = self.base > 0.0 && self.base.is_finite();
        require(NAME, based, "a finite base > 0", || format!("base = {}", self.base))?;
        require(NAME, self.scale.is_finite(), "a finite scale", || format!("scale = {}", self.scale))?;
        require(NAME, has_cos == has_sin, "cos and sin together", || "one of them".to_owned())?;
        let alone = !has_cos || self.scale == 1.0;
        require(NAME, alone, "no scale beside cos and sin", || format!("scale = {}", self.scale))?;
        Ok(rotary)
    }

    /// base^(−2k/d) of every pair k.
    fn frequencies(&self, d: usize) -> Vec<f64> {
        (0..d / 2).map(|k| self.base.powf(-2.0 * k as f64 / d as f64)).collect()
    }
}

fn caches<T: Float>(cos: &Buffer<T>, sin: &Buffer<T>, half: usize) -> Result<()> {
    for (name, cache) in [("cos", cos), ("sin", sin)] {
        if cache.shape() != [cos.shape().first().copied().unwrap_or(0), half] {
            return Err(unfit(name, &format!("max_pos, {half}"), cache.shape()));
        }
    }
    Ok(())
}

fn unfit(argument: &'static str, expected: &str, got: &[usize]) -> prism_device::Error {
    ErrorKind::Shape { kernel: NAME, argument, expected: expected.into(), got: got.into() }.into()
}

#[cfg(test)]
#[path = "rope_encoding_tests.rs"]
mod tests;
