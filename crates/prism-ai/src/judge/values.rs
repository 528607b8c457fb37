//! Whether the values of a channel can be used by an estimator.

use crate::series::quoted;
use crate::transfer_entropy::{Estimation, Estimator, Normalize, Precision};
use crate::{Error, Result, Series};

/// The largest magnitude up to which every integer has its own `f64`.
const LARGEST: f64 = 9_007_199_254_740_992.0;

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
        reach(&name, samples, estimation)?;
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

/// Differences of values must be numbers, in the number type that they are taken in.
fn reach(name: &str, samples: &[f64], estimation: &Estimation) -> Result<()> {
    let lowest = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = highest - lowest;
    if !span.is_finite() {
        let what = format!("channel {name} goes from {lowest:e} to {highest:e}, and no number holds the difference");
        return Err(Error::series(format!("{what}; divide the channel by 10 or more")));
    }
    let single = estimation.precision == Precision::F32 && estimation.normalize == Normalize::None;
    if estimation.estimator.has_neighbours() && single && lowest.abs().max(highest.abs()) > f64::from(f32::MAX) / 4.0 {
        let what = format!("f32 does not hold channel {name}, which goes from {lowest:e} to {highest:e}");
        return Err(Error::setting("--precision", format!("{what}; use f64, or --normalize series")));
    }
    Ok(())
}

/// The value of a channel that has only one.
#[expect(clippy::float_cmp, reason = "constant means the same number throughout")]
fn constant(samples: &[f64]) -> Option<f64> {
    let (&first, rest) = samples.split_first()?;
    rest.iter().all(|&value| value == first).then_some(first)
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
