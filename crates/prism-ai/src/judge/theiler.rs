//! How long a channel remembers: the first zero of its autocorrelation.

use crate::{Series, exact};

/// Where an autocorrelation counts as 0, as a share of its value at lag 0: the rounding of the transform.
const ROUNDING: f64 = 1e-12;

/// The first lag, from 1, at which the autocorrelation of a channel is 0 or less.
///
/// `r(lag) = Σ (x[t] − mean)·(x[t + lag] − mean)` over the pairs within trials; the mean is that of all trials. The
/// length of the longest trial when it stays above 0. O(t log t), 40 bytes a sample.
pub(super) fn first_zero(series: &Series, channel: usize) -> usize {
    let scale = exact::scale(series.channel(channel).iter().copied());
    let samples: Vec<f64> = series.channel(channel).iter().map(|x| x * scale).collect();
    let mean = samples.iter().sum::<f64>() / samples.len() as f64;
    let longest = series.trials().iter().map(ExactSizeIterator::len).max().unwrap_or(0);
    let mut sum = vec![0.0; longest];
    for trial in series.trials() {
        let centred: Vec<f64> = samples[trial.clone()].iter().map(|value| value - mean).collect();
        for (sum, r) in sum.iter_mut().zip(autocorrelation(&centred)) {
            *sum += r;
        }
    }
    let zero = ROUNDING * sum.first().copied().unwrap_or(0.0);
    sum.iter().skip(1).position(|&r| r <= zero).map_or(longest, |at| at + 1)
}

/// `Σ x[t]·x[t + lag]` for each lag `[n]`, by the power spectrum of the padded series (Wiener and Khinchin).
fn autocorrelation(x: &[f64]) -> Vec<f64> {
    let length = (2 * x.len()).next_power_of_two();
    let mut spectrum = vec![Complex::default(); length];
    for (cell, &value) in spectrum.iter_mut().zip(x) {
        cell.re = value;
    }
    transform(&mut spectrum);
    for cell in &mut spectrum {
        *cell = Complex { re: cell.re * cell.re + cell.im * cell.im, im: 0.0 };
    }
    transform(&mut spectrum);
    spectrum[..x.len()].iter().map(|cell| cell.re / length as f64).collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Complex {
    re: f64,
    im: f64,
}

/// The Fourier transform in place, for a power of two (Cooley & Tukey 1965).
fn transform(x: &mut [Complex]) {
    let bits = x.len().trailing_zeros();
    for i in 1..x.len() {
        let j = i.reverse_bits() >> (usize::BITS - bits);
        if i < j {
            x.swap(i, j);
        }
    }
    let roots = roots(x.len());
    let mut half = 1;
    while half < x.len() {
        let stride = x.len() / (2 * half);
        for block in x.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (j, (a, b)) in low.iter_mut().zip(high).enumerate() {
                (*a, *b) = butterfly(*a, *b, roots[j * stride]);
            }
        }
        half *= 2;
    }
}

fn butterfly(a: Complex, b: Complex, root: Complex) -> (Complex, Complex) {
    let b = Complex { re: b.re * root.re - b.im * root.im, im: b.re * root.im + b.im * root.re };
    (Complex { re: a.re + b.re, im: a.im + b.im }, Complex { re: a.re - b.re, im: a.im - b.im })
}

/// `exp(−2πi·j/length)` for the first half of the circle.
fn roots(length: usize) -> Vec<Complex> {
    let step = -std::f64::consts::TAU / length as f64;
    (0..length / 2).map(|j| (step * j as f64).sin_cos()).map(|(im, re)| Complex { re, im }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_gives_the_sums_of_the_definition() {
        let x: Vec<f64> = (0..37_u32).map(|t| f64::from(t * t % 17) - 8.0).collect();
        for (lag, r) in autocorrelation(&x).into_iter().enumerate() {
            let direct: f64 = x.iter().zip(&x[lag..]).map(|(a, b)| a * b).sum();
            assert!((r - direct).abs() < 1e-9, "lag {lag}: {r} and {direct}");
        }
    }

    fn zero_of(values: Vec<f64>, lengths: &[usize]) -> usize {
        first_zero(&Series::with_trials(vec!["x".into()], vec![values], lengths).unwrap(), 0)
    }

    #[test]
    fn a_wave_of_period_40_is_remembered_for_a_quarter() {
        let wave: Vec<f64> = (0..4000).map(|t| (std::f64::consts::TAU * f64::from(t) / 40.0).cos()).collect();
        assert_eq!(zero_of(wave, &[4000]), 10);
    }

    #[test]
    fn the_size_of_values_does_not_matter() {
        let wave = |unit: f64| (0..400).map(|t| unit * (std::f64::consts::TAU * f64::from(t) / 40.0).cos()).collect();
        for unit in [1.0, 1e300, 1e-300] {
            assert_eq!(zero_of(wave(unit), &[400]), 10, "{unit}");
        }
    }

    #[test]
    fn what_alternates_is_forgotten_at_once() {
        assert_eq!(zero_of((0..100).map(|t| f64::from(t % 2)).collect(), &[100]), 1);
    }

    #[test]
    fn trials_are_not_tied_together() {
        let ramp = |n: i32| (0..n).map(f64::from).collect::<Vec<_>>();
        let alone = zero_of(ramp(1000), &[1000]);
        let twice = [ramp(1000), ramp(1000)].concat();
        assert_eq!(zero_of(twice, &[1000, 1000]), alone);
    }

    #[test]
    fn trials_that_never_cross_are_remembered_throughout() {
        assert_eq!(zero_of([vec![0.0; 5], vec![1.0; 7]].concat(), &[5, 7]), 7);
    }
}
