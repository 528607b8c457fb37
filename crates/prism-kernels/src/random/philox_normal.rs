//! Normal numbers of a Philox stream.

use super::DRAWN;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::philox::Philox;
use prism_device::{Dtype, Real};
use std::f64::consts::TAU;

/// Numbers `offset` to `offset` + n − 1 of a Philox stream, normal with mean μ = `mu` and deviation σ = `sigma`.
///
/// `y [n]`. Pairs μ + σr·sin 2πv and μ + σr·cos 2πv, r = √(−2 ln u): in `f32` u = (w₀ + ½)·2⁻³² and v = (w₁ + ½)·2⁻³² of
/// words 2i and 2i + 1 for numbers 2i and 2i + 1; in `f64` (w ≫ 11)·2⁻⁵³ + 2⁻⁵⁴ of two words each, low word first. The
/// order of cuRAND's `curand_normal4`. Within 16 units of roundoff of max(1, |y|). Box & Muller 1958; Salmon et al. 2011.
/// O(n); a block of the stream for 16 bytes.
#[kernel(
    threads = n.div_ceil(32 * DRAWN) * 32,
    block = [256, 128, 64],
    wide(n),
    types(f32, f64),
    check(n = [0, 1, 2, 3, 31, 33, 255, 257, 1000, 1023, 1024, 1025, 5000], offset = [0, 1, 2, 3, 4_294_967_293]),
    bench(n = 268_435_456),
    bench(n = 268_435_453, offset = 3),
    inputs = moments,
    tolerance = NearOne(16.0),
)]
pub fn philox_normal<T: Real>(#[shape(n)] y: &mut [T], seed: u64, stream: u64, offset: u64, mu: f64, sigma: f64) {
    let words = Philox::new(seed, stream);
    for (i, y) in y.iter_mut().enumerate() {
        let z = normal(words, offset.wrapping_add(i as u64), T::DTYPE);
        *y = T::nearest(T::nearest(mu).into() + T::nearest(sigma).into() * z);
    }
}

/// Standard normal number `index` of a stream, in double precision from the bits an element type takes.
fn normal(words: Philox, index: u64, element: Dtype) -> f64 {
    let [u, v] = [index / 2 * 2, index / 2 * 2 + 1].map(|at| match element {
        Dtype::F32 => u64::from(words.word(at)) << 32 | 1 << 31,
        _ => (words.uniform(at) * 2f64.powi(64)) as u64 | 1 << 10,
    });
    let (sin, cos) = of_turns(v);
    (-2.0 * ln(u)).sqrt() * if index.is_multiple_of(2) { sin } else { cos }
}

/// ln (u·2⁻⁶⁴), above ½ from the distance to 1, which has fewer digits.
fn ln(u: u64) -> f64 {
    let fraction = |u: u64| u as f64 * 2f64.powi(-64);
    if u >> 63 == 0 { fraction(u).ln() } else { (-fraction(u.wrapping_neg())).ln_1p() }
}

/// Sine and cosine of v·2⁻⁶⁴ turns: of at most an eighth of one, and of whole quarters.
fn of_turns(v: u64) -> (f64, f64) {
    let quarters = v.wrapping_add(1 << 61) >> 62;
    let (sin, cos) = (TAU * (v << 2) as i64 as f64 * 2f64.powi(-66)).sin_cos();
    match quarters {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

fn moments(case: &mut Case) {
    let (mu, sigma) = if case.quantity("n").is_multiple_of(2) { (0.0, 1.0) } else { (-2.0, 0.5) };
    *case.value("mu") = Value::Scalar(mu.into());
    *case.value("sigma") = Value::Scalar(sigma.into());
    *case.value("seed") = Value::Scalar(0x0123_4567_89ab_cdef_u64.into());
    *case.value("stream") = Value::Scalar(0xfedc_ba98_7654_3210_u64.into());
}

#[cfg(test)]
mod tests {
    use super::{normal, of_turns, philox_normal};
    use approx::assert_relative_eq;
    use prism_device::philox::Philox;
    use prism_device::{Device, Dtype, Real};

    fn drawn<T: Real>(n: usize, offset: u64, mu: f64, sigma: f64) -> Vec<T> {
        let mut y = Device::cpu().zeros(&[n]).unwrap();
        philox_normal(&mut y, 0, 0, offset, mu, sigma).unwrap();
        y.download().unwrap()
    }

    /// The formulas with 40 digits, mpmath 1.4.1, from the words of stream 0 of seed 0.
    #[test]
    #[allow(clippy::unreadable_literal)]
    fn numbers_are_those_of_their_words() {
        let known = [-0.924662587665535, 0.9911376799303858, -0.4820685874871797, -0.6176089594591906];
        for (y, z) in drawn::<f32>(4, 0, 0.0, 1.0).iter().zip(known) {
            assert_eq!(*y, z as f32);
        }
        let known = [-0.3103954788017383, -0.3976675384441821, 0.32921320019214373, 1.3868444271028378];
        for (y, z) in drawn::<f64>(4, 0, -1.0, 3.0).iter().zip(known) {
            assert_relative_eq!(*y, 3.0 * z - 1.0, max_relative = 1e-14);
        }
    }

    #[test]
    fn numbers_do_not_depend_on_where_a_call_begins() {
        let all: Vec<f32> = drawn(40, 0, 1.0, 2.0);
        for offset in 1..8 {
            assert_eq!(drawn::<f32>(32, offset as u64, 1.0, 2.0), all[offset..][..32]);
        }
    }

    #[test]
    fn quarters_of_a_turn_are_exact() {
        assert_eq!(
            [0, 1, 2, 3].map(|quarters| of_turns(quarters << 62)).map(|(s, c)| (s + 0.0, c + 0.0)),
            [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]
        );
    }

    /// Kolmogorov and Smirnov's distance of 2²⁰ numbers from the normal distribution is below 2.69/√n, its quantile at
    /// α = 1e-6; the tails beyond 4 hold what they should within 5 deviations.
    #[test]
    fn numbers_are_normal() {
        for element in [Dtype::F32, Dtype::F64] {
            let n = 1u64 << 20;
            let mut z: Vec<f64> = (0..n).map(|i| normal(Philox::new(1, 2), i, element)).collect();
            z.sort_by(f64::total_cmp);
            let cumulative = |z: f64| 0.5 * libm::erfc(-z / 2f64.sqrt());
            let gap = z.iter().enumerate().map(|(i, &z)| (cumulative(z) - (i as f64 + 0.5) / n as f64).abs());
            let distance = gap.fold(0.0, f64::max) + 0.5 / n as f64;
            assert!(distance < 2.69 / (n as f64).sqrt(), "{distance}");
            let beyond = z.iter().filter(|z| z.abs() > 4.0).count() as f64;
            assert!((beyond - 66.4).abs() < 5.0 * 66.4f64.sqrt(), "{beyond} beyond 4");
        }
    }
}
