//! Whether the values of a channel can be used by an estimator.

use super::repeated;
use crate::series::quoted;
use crate::transfer_entropy::{Estimation, Estimator, Normalize, Precision};
use crate::{Error, Result, Series, exact, prepare};

/// The largest magnitude up to which every integer has its own `f64`.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// Noise that `f32` does not resolve on values near 1.
const LOST: f64 = 1e-6;

/// Judges the values of the channels used; returns what is worth a warning.
pub(crate) fn values(series: &Series, used: &[usize], estimation: &Estimation) -> Result<Vec<String>> {
    let discrete = estimation.estimator == Estimator::Discrete;
    let mut warnings: Vec<String> = lies_on_its_side(series).into_iter().collect();
    for &channel in used {
        let name = quoted(&series.names()[channel]);
        let samples = series.channel(channel);
        if discrete {
            states(&name, samples)?;
        }
        if let Some(value) = constant(samples) {
            let what = format!("channel {name} is constant, {value} throughout");
            if !discrete {
                return Err(Error::series(format!("{what}, and carries no information; leave it out with --select")));
            }
            warnings.push(format!("{what}: its information with anything is 0"));
        }
        reach(&name, samples)?;
        warnings.extend(kept_ties(&name, samples, estimation));
        warnings.extend(drowned(&name, samples, estimation));
    }
    Ok(warnings)
}

/// Whether rows were taken for columns, as happens to arrays of channels × time, and the mend.
pub(crate) fn lies_on_its_side(series: &Series) -> Option<String> {
    let (channels, samples) = (series.channels(), series.samples());
    let warning = format!(
        "there are more channels ({channels}) than samples ({samples}); if channels lie in rows, add --orientation rows"
    );
    (channels > samples).then_some(warning)
}

/// Differences of values must be numbers.
fn reach(name: &str, samples: &[f64]) -> Result<()> {
    let (lowest, highest) = exact::range(samples);
    if (highest - lowest).is_finite() {
        return Ok(());
    }
    let what = format!("channel {name} goes from {lowest:e} to {highest:e}, and no number holds the difference");
    Err(Error::series(format!("{what}; divide the channel by 10 or more")))
}

/// What is said of a channel with many ties that noise is to break and, in `f32`, does not.
fn kept_ties(name: &str, samples: &[f64], estimation: &Estimation) -> Option<String> {
    let Estimation { estimator, k, noise, precision, .. } = *estimation;
    if !estimator.has_neighbours() || precision == Precision::F64 || noise == 0.0 || noise >= LOST {
        return None;
    }
    let rows: Vec<usize> = (0..samples.len()).collect();
    let tied = repeated(&[(samples, 0)], &rows, k);
    (tied > samples.len() / 10).then(|| {
        format!(
            "{tied} of {} samples of channel {name} have values that occur more than k = {k} times, and noise of {noise:e} \
             is lost in f32: information can be off by much more than 2e-3 nats; use --precision f64, or --noise 1e-5",
            samples.len()
        )
    })
}

/// The value of a channel that has only one.
#[expect(clippy::float_cmp, reason = "constant means the same number throughout")]
fn constant(samples: &[f64]) -> Option<f64> {
    let (&first, rest) = samples.split_first()?;
    rest.iter().all(|&value| value == first).then_some(first)
}

/// What is said of a channel that is not standardised and has noise of its own size added.
fn drowned(name: &str, samples: &[f64], estimation: &Estimation) -> Option<String> {
    let Estimation { estimator, noise, normalize, .. } = *estimation;
    if !estimator.has_neighbours() || normalize != Normalize::None || noise == 0.0 {
        return None;
    }
    let spread = prepare::spread(samples);
    (noise > spread / 100.0).then(|| {
        format!(
            "noise of {noise:e} is much beside channel {name}, whose standard deviation is {spread:.1e}; give --noise in its \
             unit, or --normalize series"
        )
    })
}

fn states(name: &str, samples: &[f64]) -> Result<()> {
    match samples.iter().position(|value| value.fract() != 0.0 || value.abs() > LARGEST) {
        None => Ok(()),
        Some(t) => Err(Error::series(format!(
            "sample {t} (from 0) of channel {name} is {}, and --estimator discrete takes integers; use binned for measurements",
            samples[t]
        ))),
    }
}
