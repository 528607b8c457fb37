//! Whether data and settings allow an estimate: every check that estimates have in common, each said once.

mod repeats;
mod theiler;
mod values;
mod variables;

use crate::series::quoted;
use crate::transfer_entropy::{Estimation, Estimator, Theiler};
use crate::{Error, Result, Series};

pub(crate) use repeats::{Column, repeated, repeats_warning};
pub(crate) use values::{lies_on_its_side, values};
pub(crate) use variables::{Fit, entropy, variables};

/// The most noise that stays a number in either precision.
const LOUDEST: f64 = 1e30;

/// Judges what can be judged without data.
pub(crate) fn estimation(estimation: &Estimation) -> Result<()> {
    let Estimation { estimator, k, noise, miller_madow, .. } = *estimation;
    if k == 0 {
        return Err(Error::setting("--k", "0 neighbours define no distance; use 1 or more, 4 is usual"));
    }
    if !(0.0..=LOUDEST).contains(&noise) {
        let what = format!("{noise} is no standard deviation; use 0 for none, or a small number such as 1e-8");
        return Err(Error::setting("--noise", what));
    }
    if let Estimator::Binned { bins: bins @ 0..2 } = estimator {
        return Err(Error::setting("--bins", format!("{bins} cannot tell values apart; use 2 or more")));
    }
    if let Estimator::Binned { bins } = estimator
        && u32::try_from(bins).is_err()
    {
        let what = format!("{bins} is more than the {} that can be numbered; 10 is usual", u32::MAX);
        return Err(Error::setting("--bins", what));
    }
    if miller_madow && !estimator.has_states() {
        let what = format!("{estimator} counts no states to correct for; use --estimator binned or discrete");
        return Err(Error::setting("--miller-madow", what));
    }
    Ok(())
}

/// Judges a list of channels that `flag` gives.
pub(crate) fn channels(series: &Series, flag: &'static str, list: &[usize]) -> Result<()> {
    for (at, &channel) in list.iter().enumerate() {
        if channel >= series.channels() {
            let what = format!(
                "there is no channel {channel}; the last of {} is {}",
                series.channels(),
                series.channels() - 1
            );
            return Err(Error::setting(flag, what));
        }
        if list[..at].contains(&channel) {
            let what = format!("{} is given twice; give each channel once", quoted(&series.names()[channel]));
            return Err(Error::setting(flag, what));
        }
    }
    Ok(())
}

/// The Theiler window in samples: what was asked for, 0 where no neighbours are sought.
pub(crate) fn theiler(series: &Series, used: &[usize], estimation: &Estimation) -> usize {
    match estimation.theiler {
        _ if !estimation.estimator.has_neighbours() => 0,
        Theiler::Rows(rows) => rows,
        Theiler::Auto => used.iter().map(|&channel| theiler::first_zero(series, channel)).max().unwrap_or(0),
    }
}

/// Judges whether `n_obs` observations of `dimension` values, made of `series`, are enough.
pub(crate) fn enough(
    series: &Series,
    estimation: &Estimation,
    theiler: usize,
    n_obs: usize,
    dimension: usize,
) -> Result<()> {
    match estimation.estimator {
        Estimator::Ksg1 | Estimator::Ksg2 => neighbours(series, estimation, theiler, n_obs),
        Estimator::Gaussian if n_obs <= dimension + 1 => Err(Error::series(format!(
            "the gaussian estimator needs more than {} observations of {dimension} values, and there are {n_obs}; give more \
             samples",
            dimension + 1
        ))),
        _ => Ok(()),
    }
}

fn neighbours(series: &Series, estimation: &Estimation, theiler: usize, n_obs: usize) -> Result<()> {
    let Estimation { k, theiler: asked, .. } = *estimation;
    let needed = theiler.saturating_mul(2).saturating_add(k);
    if n_obs > needed {
        return Ok(());
    }
    if n_obs <= k {
        let mend = lies_on_its_side(series).unwrap_or_else(|| "lower it or give more samples".into());
        let what = format!("{k} neighbours need more than {k} observations, and there are {n_obs}; {mend}");
        return Err(Error::setting("--k", what));
    }
    let needs = format!("with {k} neighbours needs more than {needed} observations, and there are {n_obs}");
    let what = match asked {
        Theiler::Auto => {
            format!("auto finds a window of {theiler}, which {needs}; remove trends or name a window")
        }
        Theiler::Rows(_) => format!("a window of {theiler} {needs}; lower it or give more samples"),
    };
    Err(Error::setting("--theiler", what))
}

#[cfg(test)]
mod tests;
