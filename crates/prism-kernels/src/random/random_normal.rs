//! Normal random numbers.

use super::{PHILOX_NORMAL, extents, philox_normal};
use crate::argument::require;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Device, Real, Result};

const NAME: &str = "random_normal";

/// Which normal numbers are drawn.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct RandomNormalSettings {
    /// The extents of y, each 0 or more; none is one number.
    pub shape: Vec<u64>,
    /// The seed, any number.
    pub seed: u64,
    /// The stream of that seed, any number.
    pub stream: u64,
    /// The first number of the stream that is taken, counted in numbers of y's type; from 0.
    pub offset: u64,
    /// μ, the mean; finite.
    #[alias("mean")]
    pub mu: f64,
    /// σ, the standard deviation; 0 or more, finite.
    #[alias("scale")]
    pub sigma: f64,
}

impl Default for RandomNormalSettings {
    fn default() -> Self {
        Self { shape: vec![], seed: 0, stream: 0, offset: 0, mu: 0.0, sigma: 1.0 }
    }
}

/// Normal numbers of mean μ and standard deviation σ, from Philox4x32-10 by Box and Muller's method.
///
/// → `y [shape]`: numbers `offset` to `offset` + elements − 1 of the stream in order. Numbers 2i and 2i + 1 are
/// μ + σr·sin 2πv and μ + σr·cos 2πv, r = √(−2 ln u): in `f32` u = (w₀ + ½)·2⁻³² and v = (w₁ + ½)·2⁻³² of words 2i and
/// 2i + 1; in `f64` each of (w ≫ 11)·2⁻⁵³ + 2⁻⁵⁴ of two words, low word first. The `f32` numbers are those of cuRAND's
/// `curand_normal4`, but to the last digits of the formula: |y − μ| up to 6.76σ. Box & Muller 1958; Salmon et al. 2011.
/// O(n), written once.
///
/// # Errors
/// A mean or deviation that is not finite in the element type, or a negative deviation; a shape that does not fit in
/// memory; an `offset` at which the stream ends too soon; out of memory.
#[operation(types(f32, f64), kernels(PHILOX_NORMAL))]
pub fn random_normal<T: Real>(device: &Device, settings: &RandomNormalSettings) -> Result<Buffer<T>> {
    let RandomNormalSettings { ref shape, seed, stream, offset, mu, sigma } = *settings;
    let is_finite = T::nearest(mu).is_finite() && T::nearest(sigma).is_finite();
    let moments = || format!("mu = {mu}, sigma = {sigma} in {}", T::DTYPE);
    require(NAME, is_finite && sigma >= 0.0, "mu finite, sigma finite and 0 or more", moments)?;
    let (shape, n) = extents(NAME, shape, offset)?;
    let mut y = device.zeros(&[n])?;
    philox_normal(&mut y, seed, stream, offset, mu, sigma)?;
    y.reshaped(&shape)
}

#[cfg(test)]
mod tests {
    use super::{RandomNormalSettings, random_normal};
    use prism_device::{Device, Real, Result};

    fn call<T: Real>(settings: &RandomNormalSettings) -> Result<Vec<T>> {
        let y = random_normal::<T>(&Device::cpu(), settings)?;
        assert!(y.shape().iter().map(|&e| e as u64).eq(settings.shape.iter().copied()));
        y.download()
    }

    fn of(shape: &[u64]) -> RandomNormalSettings {
        RandomNormalSettings { shape: shape.to_vec(), seed: 5, ..Default::default() }
    }

    #[test]
    fn a_call_is_a_part_of_its_stream() {
        let all: Vec<f64> = call(&of(&[10, 10])).unwrap();
        let part: Vec<f64> = call(&RandomNormalSettings { offset: 3, ..of(&[2, 1, 9]) }).unwrap();
        assert_eq!(part, all[3..21]);
        assert_eq!(call::<f32>(&of(&[0, 4])).unwrap(), [0.0; 0]);
        assert_eq!(call::<f32>(&RandomNormalSettings { mu: 0.25, sigma: 0.0, ..of(&[3]) }).unwrap(), [0.25; 3]);
    }

    #[test]
    fn moments_are_those_asked_for() {
        let y: Vec<f64> = call(&RandomNormalSettings { mu: -2.0, sigma: 3.0, ..of(&[100_000]) }).unwrap();
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        let variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n;
        assert!((mean + 2.0).abs() < 5.0 * 3.0 / n.sqrt(), "{mean}");
        assert!((variance / 9.0 - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{variance}");
    }

    #[test]
    fn bad_settings_are_named() {
        let refused = |settings: RandomNormalSettings| call::<f32>(&settings).unwrap_err().to_string();
        let needs = "random_normal: needs mu finite, sigma finite and 0 or more, got";
        let negative = refused(RandomNormalSettings { sigma: -1.0, ..of(&[1]) });
        assert_eq!(negative, format!("{needs} mu = 0, sigma = -1 in f32"));
        let large = RandomNormalSettings { mu: 1e39, ..of(&[1]) };
        let number = 1e39f64;
        assert_eq!(refused(large.clone()), format!("{needs} mu = {number}, sigma = 1 in f32"));
        assert!(call::<f64>(&large).is_ok());
        let end = refused(RandomNormalSettings { offset: u64::MAX, ..of(&[1]) });
        let expected = "random_normal: needs offset + elements < 2^64, got shape = [1], offset = 18446744073709551615";
        assert_eq!(end, expected);
    }
}
