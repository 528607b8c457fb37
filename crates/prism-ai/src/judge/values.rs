//! Whether the values of a channel can be used by an estimator.

use crate::series::quoted;
use crate::transfer_entropy::{Estimation, Estimator};
use crate::{Error, Result, Series};

/// The largest magnitude up to which every integer has its own `f64`.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// Judges the values of the channels used; returns what is worth a warning.
pub(crate) fn values(series: &Series, used: &[usize], estimation: &Estimation) -> Result<Vec<String>> {
    let discrete = estimation.estimator == Estimator::Discrete;
    let mut warnings = Vec::new();
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
    }
    Ok(warnings)
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
