//! Whether information between sets of channels can be estimated.

use super::{channels, enough, estimation, repeated, repeats_warning, theiler, values};
use crate::series::quoted;
use crate::transfer_entropy::Estimation;
use crate::{Error, Result, Series};

/// What follows from data and settings that were found fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Fit {
    /// The Theiler window in samples.
    pub theiler: usize,
    /// What the user should know, each a sentence.
    pub warnings: Vec<String>,
}

/// Judges the estimate of information between variables: each a flag, for instance `--x`, and its channels.
///
/// # Errors
/// `Setting` when a setting is out of range, a variable has no channel, an unknown one, one twice or one of another
/// variable; `Series` when a channel is constant or holds values that the estimator cannot use.
pub(crate) fn variables(series: &Series, variables: &[(&'static str, &[usize])], settings: &Estimation) -> Result<Fit> {
    estimation(settings)?;
    for (at, &(flag, list)) in variables.iter().enumerate() {
        if list.is_empty() {
            return Err(Error::setting(flag, "no column is named; name one or more"));
        }
        channels(series, flag, list)?;
        distinct(series, &variables[..at], flag, list, settings)?;
    }
    let used: Vec<usize> = variables.iter().flat_map(|(_, list)| list.iter().copied()).collect();
    let mut warnings = values(series, &used, settings)?;
    let theiler = theiler(series, &used, settings);
    enough(series, settings, theiler, series.samples(), used.len())?;
    warnings.extend(repeats(series, &used, settings));
    Ok(Fit { theiler, warnings })
}

/// Judges the entropy of the channels that `flag` gives.
///
/// # Errors
/// As for [`variables`], and `Setting` when the estimator counts no states.
pub(crate) fn entropy(series: &Series, flag: &'static str, list: &[usize], settings: &Estimation) -> Result<Fit> {
    if !settings.estimator.has_states() {
        let what = format!("{} gives information, not entropy; use binned or discrete", settings.estimator);
        return Err(Error::setting("--estimator", what));
    }
    variables(series, &[(flag, list)], settings)
}

/// A channel shared by two variables makes their information infinite or void, unless states are counted.
fn distinct(
    series: &Series,
    before: &[(&'static str, &[usize])],
    flag: &'static str,
    list: &[usize],
    settings: &Estimation,
) -> Result<()> {
    if settings.estimator.has_states() {
        return Ok(());
    }
    for (other, theirs) in before {
        if let Some(&channel) = list.iter().find(|channel| theirs.contains(channel)) {
            let name = quoted(&series.names()[channel]);
            let what =
                format!("{name} is in {other} too, where distances would only repeat it; leave it out of one of them");
            return Err(Error::setting(flag, what));
        }
    }
    Ok(())
}

fn repeats(series: &Series, used: &[usize], settings: &Estimation) -> Option<String> {
    if !settings.estimator.has_neighbours() {
        return None;
    }
    let columns: Vec<_> = used.iter().map(|&channel| (series.channel(channel), 0)).collect();
    let rows: Vec<usize> = (0..series.samples()).collect();
    let count = repeated(&columns, &rows, settings.k);
    (count > 0).then(|| repeats_warning(count, rows.len(), settings))
}
