//! From recorded channels to the numbers that are compared: standardised, with noise, or cut into bins.

use crate::estimator::binned;
use crate::transfer_entropy::{Estimation, Estimator, Normalize};
use crate::{Result, Series, exact};
use prism_device::philox::Philox;

/// Every channel as the estimator takes it.
///
/// Noise is drawn from stream `channel` of the seed, number `sample` for each sample: it depends on nothing else.
///
/// # Errors
/// A channel cannot be cut into bins.
pub(crate) fn channels(series: &Series, estimation: &Estimation) -> Result<Vec<Vec<f64>>> {
    (0..series.channels()).map(|v| channel(series.channel(v), v, estimation)).collect()
}

fn channel(recorded: &[f64], v: usize, estimation: &Estimation) -> Result<Vec<f64>> {
    if let Estimator::Binned { bins } = estimation.estimator {
        return Ok(binned::bin(recorded, bins)?.into_iter().map(f64::from).collect());
    }
    if !estimation.estimator.has_neighbours() {
        return Ok(recorded.to_vec());
    }
    let mut values = recorded.to_vec();
    if estimation.normalize == Normalize::Series {
        standardise(&mut values);
    }
    if estimation.noise > 0.0 {
        // Columns standardised after embedding get their noise before, in the same units.
        let unit = if estimation.normalize == Normalize::Embedded { spread(&values) } else { 1.0 };
        let words = Philox::new(estimation.seed, v as u64);
        let scale = estimation.noise * if unit > 0.0 { unit } else { 1.0 };
        // Beside a large offset noise would be lost, and distances do not see the offset.
        let offset = exact::offset(&values);
        values.iter_mut().enumerate().for_each(|(t, x)| *x = (*x - offset) + scale * words.normal(t as u64));
    }
    Ok(values)
}

/// The samples `lag` before each of `rows`, standardised over them where that is asked.
pub(crate) fn column(channel: &[f64], rows: &[usize], lag: usize, estimation: &Estimation) -> Vec<f64> {
    let mut column: Vec<f64> = rows.iter().map(|&t| channel[t - lag]).collect();
    if estimation.estimator.has_neighbours() && estimation.normalize == Normalize::Embedded {
        standardise(&mut column);
    }
    column
}

/// Brings values to mean 0 and standard deviation 1, `n − 1` in the denominator; constant ones are only centred.
fn standardise(values: &mut [f64]) {
    let scale = exact::scale(values.iter().copied());
    for x in values.iter_mut() {
        *x *= scale;
    }
    let (mean, spread) = moments(values);
    let unit = if spread > 0.0 { spread } else { 1.0 };
    for x in values {
        *x = (*x - mean) / unit;
    }
}

/// The standard deviation.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let scale = exact::scale(values.iter().copied());
    let scaled: Vec<f64> = values.iter().map(|x| x * scale).collect();
    moments(&scaled).1 / scale
}

/// Mean and standard deviation of values whose squares do not overflow.
fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / (values.len() as f64 - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardised_values_have_mean_0_and_sample_deviation_1() {
        let mut values = [1.0, 2.0, 3.0, 4.0];
        standardise(&mut values);
        let step = (0.6f64).sqrt();
        let expected = [-1.5 * step, -0.5 * step, 0.5 * step, 1.5 * step];
        assert!(values.iter().zip(expected).all(|(x, e)| (x - e).abs() < 1e-15), "{values:?}");
    }

    /// What overflows or vanishes when squared is standardised like anything else.
    #[test]
    fn values_of_any_size_are_standardised() {
        let ordinary: Vec<f64> = (0..50).map(|t| (f64::from(t) * 0.7).sin()).collect();
        let rows: Vec<usize> = (0..50).collect();
        for normalize in [Normalize::Series, Normalize::Embedded] {
            let estimation = Estimation { normalize, ..Estimation::default() };
            let prepared = |values: &[f64]| column(&channel(values, 0, &estimation).unwrap(), &rows, 0, &estimation);
            let expected = prepared(&ordinary);
            for unit in [1e307, 1e200, 1e-200, 1e-300] {
                let values = prepared(&ordinary.iter().map(|x| x * unit).collect::<Vec<_>>());
                assert!(values.iter().zip(&expected).all(|(x, e)| (x - e).abs() < 1e-13), "{unit}: {values:?}");
            }
        }
    }

    #[test]
    fn constant_values_are_only_centred() {
        let mut values = [7.0; 5];
        standardise(&mut values);
        assert_eq!(values, [0.0; 5]);
    }
}
