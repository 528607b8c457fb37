//! Uniform random numbers.

use super::{PHILOX_UNIFORM, Uniform, extents, philox_uniform};
use crate::argument::require;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Device, Dtype, Result};

const NAME: &str = "random_uniform";

/// Which uniform numbers are drawn.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct RandomUniformSettings {
    /// The extents of y, each 0 or more; none is one number.
    pub shape: Vec<u64>,
    /// The seed, any number.
    pub seed: u64,
    /// The stream of that seed, any number.
    pub stream: u64,
    /// The first number of the stream that is taken, counted in numbers of y's type; from 0.
    pub offset: u64,
    /// The smallest number, below hi; 0 for words.
    #[alias("low")]
    pub lo: f64,
    /// What all numbers are below; 1 for words.
    #[alias("high")]
    pub hi: f64,
}

impl Default for RandomUniformSettings {
    fn default() -> Self {
        Self { shape: vec![], seed: 0, stream: 0, offset: 0, lo: 0.0, hi: 1.0 }
    }
}

/// Numbers uniform in [lo, hi), or words, from Philox4x32-10.
///
/// → `y [shape]`: numbers `offset` to `offset` + elements − 1 of the stream in order. In `f32` number i is lo + (hi − lo)·u
/// with u = (w ≫ 8)·2⁻²⁴ of word i; in `f64` u = (w ≫ 11)·2⁻⁵³ of words 2i (low) and 2i + 1; every operation rounded in the
/// element type, and what rounds to hi becomes the next number below. In `u32` it is word i. Words equal those of cuRAND's
/// `curand_init(seed, stream, offset)`. Salmon, Moraes, Dror & Shaw 2011. O(n), written once.
///
/// # Errors
/// lo and hi that are not finite, not in order, or too far apart for the element type; words with another lo or hi; a
/// shape that does not fit in memory; an `offset` at which the stream ends too soon; out of memory.
#[operation(types(f32, f64, u32), kernels(PHILOX_UNIFORM))]
pub fn random_uniform<T: Uniform>(device: &Device, settings: &RandomUniformSettings) -> Result<Buffer<T>> {
    let RandomUniformSettings { ref shape, seed, stream, offset, lo, hi } = *settings;
    let bounds = || format!("lo = {lo}, hi = {hi} in {}", T::DTYPE);
    require(NAME, is_interval(T::DTYPE, lo, hi), interval_of(T::DTYPE), bounds)?;
    let (shape, n) = extents(NAME, shape, offset)?;
    let mut y = device.zeros(&[n])?;
    philox_uniform(&mut y, seed, stream, offset, lo, hi)?;
    y.reshaped(&shape)
}

/// Whether numbers of that type can be drawn from lo to hi.
#[allow(clippy::float_cmp)] // The defaults themselves.
fn is_interval(element: Dtype, lo: f64, hi: f64) -> bool {
    match element {
        Dtype::U32 => lo == 0.0 && hi == 1.0,
        Dtype::F32 => (lo as f32) < hi as f32 && (hi as f32 - lo as f32).is_finite(),
        _ => lo < hi && (hi - lo).is_finite(),
    }
}

fn interval_of(element: Dtype) -> &'static str {
    if element == Dtype::U32 { "lo = 0 and hi = 1" } else { "lo < hi, both and hi - lo finite" }
}

#[cfg(test)]
mod tests {
    use super::{RandomUniformSettings, Uniform, random_uniform};
    use prism_device::{Device, Result};

    fn call<T: Uniform>(settings: &RandomUniformSettings) -> Result<Vec<T>> {
        let y = random_uniform::<T>(&Device::cpu(), settings)?;
        assert!(y.shape().iter().map(|&e| e as u64).eq(settings.shape.iter().copied()));
        y.download()
    }

    fn of(shape: &[u64]) -> RandomUniformSettings {
        RandomUniformSettings { shape: shape.to_vec(), ..Default::default() }
    }

    #[test]
    fn a_call_is_a_part_of_its_stream() {
        let all: Vec<f32> = call(&of(&[4, 25])).unwrap();
        let part: Vec<f32> = call(&RandomUniformSettings { offset: 7, ..of(&[3, 11]) }).unwrap();
        assert_eq!(part, all[7..40]);
        for other in
            [RandomUniformSettings { seed: 1, ..of(&[100]) }, RandomUniformSettings { stream: 1, ..of(&[100]) }]
        {
            assert_ne!(call::<f32>(&other).unwrap(), all);
        }
        assert_eq!(call::<f64>(&of(&[3, 0])).unwrap(), [0.0; 0]);
        assert_eq!(call::<u32>(&of(&[])).unwrap(), [0x6627_e8d5]);
    }

    #[test]
    fn numbers_lie_from_lo_to_below_hi() {
        let y: Vec<f32> = call(&RandomUniformSettings { lo: -3.0, hi: 5.0, ..of(&[10_000]) }).unwrap();
        assert!(y.iter().all(|y| (-3.0..5.0).contains(y)));
        let mean: f32 = y.iter().sum::<f32>() / 1e4;
        assert!((mean - 1.0).abs() < 5.0 * 8.0 / 12f32.sqrt() / 100.0, "{mean}");
    }

    /// Kolmogorov and Smirnov's distance below 2.69/√n, its quantile at α = 1e-6; χ² of 256 bins below 377.1, its
    /// quantile there: `scipy.stats.chi2.ppf(1 - 1e-6, 255)`, scipy 1.17.1.
    #[test]
    fn numbers_are_uniform() {
        let n = 1u64 << 20;
        let mut y: Vec<f64> = call(&RandomUniformSettings { seed: 3, ..of(&[n]) }).unwrap();
        let mut counts = [0u32; 256];
        for y in &y {
            counts[(y * 256.0) as usize] += 1;
        }
        let each = n as f64 / 256.0;
        let chi2: f64 = counts.iter().map(|&c| (f64::from(c) - each).powi(2) / each).sum();
        assert!(chi2 < 377.1, "{chi2}");
        y.sort_by(f64::total_cmp);
        let gap = y.iter().enumerate().map(|(i, y)| (y - (i as f64 + 0.5) / n as f64).abs());
        let distance = gap.fold(0.0, f64::max) + 0.5 / n as f64;
        assert!(distance < 2.69 / (n as f64).sqrt(), "{distance}");
    }

    #[test]
    fn bad_settings_are_named() {
        let refused = |settings: RandomUniformSettings| call::<f32>(&settings).unwrap_err().to_string();
        let equal = RandomUniformSettings { lo: 1.0, hi: 1.0 + 1e-9, ..of(&[2]) };
        let expected = "random_uniform: needs lo < hi, both and hi - lo finite, got lo = 1, hi = 1.000000001 in f32";
        assert_eq!(refused(equal.clone()), expected);
        assert!(call::<f64>(&equal).is_ok());
        let far = RandomUniformSettings { lo: f64::MIN, hi: f64::MAX, ..of(&[2]) };
        assert!(call::<f64>(&far).is_err());
        let words = call::<u32>(&RandomUniformSettings { hi: 2.0, ..of(&[2]) }).unwrap_err().to_string();
        assert_eq!(words, "random_uniform: needs lo = 0 and hi = 1, got lo = 0, hi = 2 in u32");
        let large =
            "random_uniform: needs a shape that fits in memory, got shape = [4294967296, 4294967296], offset = 0";
        assert_eq!(refused(of(&[1 << 32, 1 << 32])), large);
        let end = RandomUniformSettings { offset: u64::MAX - 1, ..of(&[2]) };
        let expected = "random_uniform: needs offset + elements < 2^64, got shape = [2], offset = 18446744073709551614";
        assert_eq!(refused(end), expected);
    }
}
