//! Information between variables without time: mutual information, conditional mutual information, entropy.

use crate::estimator::discrete::{Correction, States};
use crate::estimator::radii;
use crate::estimator::target::{self, Observations, Question, Source};
use crate::judge::Fit;
use crate::progress::Silent;
use crate::surrogate::displacement;
use crate::transfer_entropy::{Estimation, SurrogateMethod, clock};
use crate::{Result, Series, judge, prepare};
use prism_device::Device;

/// One number and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The information, in the units asked for.
    pub value: f64,
    /// The number of observations.
    pub n_obs: usize,
    /// What each observation contributes to the mean, where asked for.
    pub local: Option<Vec<f64>>,
    /// What the user should know, each a sentence.
    pub warnings: Vec<String>,
}

/// Mutual information `I(X; Y)` of two groups of channels.
///
/// # Errors
/// A setting does not fit the data, or the device fails.
pub fn mutual_information(
    series: &Series,
    x: &[usize],
    y: &[usize],
    estimation: &Estimation,
    local: bool,
    device: &Device,
) -> Result<Estimate> {
    conditional_mutual_information(series, x, y, &[], estimation, local, device)
}

/// Conditional mutual information `I(X; Y | Z)` of three groups of channels; mutual information when `z` is empty.
///
/// # Errors
/// A setting does not fit the data, or the device fails.
pub fn conditional_mutual_information(
    series: &Series,
    x: &[usize],
    y: &[usize],
    z: &[usize],
    estimation: &Estimation,
    local: bool,
    device: &Device,
) -> Result<Estimate> {
    target::check_device(estimation, device)?;
    let variables = [("--x", x), ("--y", y), ("--z", z)];
    let variables = if z.is_empty() { &variables[..2] } else { &variables };
    let Fit { theiler, warnings } = judge::variables(series, variables, estimation)?;
    let found = estimate(series, [x, y, z], estimation, theiler, local, device)?;
    Ok(Estimate { warnings, ..found })
}

/// `I(X; Y | Z)` of channels and settings that were found fit, without warnings.
pub(crate) fn estimate(
    series: &Series,
    [x, y, z]: [&[usize]; 3],
    estimation: &Estimation,
    theiler: usize,
    local: bool,
    device: &Device,
) -> Result<Estimate> {
    let (observations, source) = observed(series, [x, y, z], estimation, theiler)?;
    let recorded = (0, displacement(SurrogateMethod::Permute, estimation.seed, (0, 0), 0, 1));
    let asked: &[usize] = if local { &[0] } else { &[] };
    let symbol = if z.is_empty() { "I(x; y)" } else { "I(x; y | z)" };
    let question = Question { sources: &[source], problems: &[recorded], local: asked, called: &|_| symbol.into() };
    let answers = target::answer(&observations, question, estimation, theiler, device, &Silent)?;
    let in_units = |x: f64| estimation.units.from_nats(x);
    let local = answers.local.into_iter().next();
    Ok(Estimate {
        value: in_units(answers.information[0]),
        n_obs: series.samples(),
        local: local.map(|values| values.into_iter().map(in_units).collect()),
        warnings: Vec::new(),
    })
}

/// The distances of every observation to its 1st … k-th neighbour in all channels of the groups under the max norm,
/// `[k · n]`, in the units of the channels as they were prepared.
pub(crate) fn radii(
    series: &Series,
    groups: [&[usize]; 3],
    estimation: &Estimation,
    theiler: usize,
    device: &Device,
) -> Result<Vec<f64>> {
    let (observations, source) = observed(series, groups, estimation, theiler)?;
    radii::radii(&observations, source, estimation, theiler, device)
}

/// The observations of Y and Z, and those of X.
fn observed(
    series: &Series,
    [x, y, z]: [&[usize]; 3],
    estimation: &Estimation,
    theiler: usize,
) -> Result<(Observations, Source)> {
    let channels = prepare::channels(series, estimation)?;
    let rows: Vec<usize> = (0..series.samples()).collect();
    let columns = |of: &[usize]| of.iter().map(|&v| prepare::column(&channels[v], &rows, 0, estimation)).collect();
    let lengths: Vec<usize> = series.trials().iter().map(ExactSizeIterator::len).collect();
    let (trials, clock) = clock(&lengths, theiler)?;
    Ok((Observations { y: columns(y), z: columns(z), clock, trials }, columns(x)))
}

/// Entropy `H(X)` of the joint states of a group of channels: `−Σ p ln p` (Shannon 1948), after cutting into bins for
/// the binned estimator. Local values are `−ln p` of each observation's state.
///
/// # Errors
/// A setting does not fit the data, or the device fails.
pub fn entropy(
    series: &Series,
    x: &[usize],
    estimation: &Estimation,
    local: bool,
    device: &Device,
) -> Result<Estimate> {
    target::check_device(estimation, device)?;
    let Fit { warnings, .. } = judge::entropy(series, "--x", x, estimation)?;
    let channels = prepare::channels(series, estimation)?;
    let columns: Vec<&[f64]> = x.iter().map(|&v| channels[v].as_slice()).collect();
    let states = States::of(&columns)?;
    let correction = if estimation.miller_madow { Correction::MillerMadow } else { Correction::None };
    let in_units = |x: f64| estimation.units.from_nats(x);
    let (counts, n) = (states.counts(), series.samples() as f64);
    let surprise = |&code: &u32| in_units((n / f64::from(counts[code as usize])).ln());
    Ok(Estimate {
        value: in_units(states.entropy(correction)),
        n_obs: series.samples(),
        local: local.then(|| states.codes().iter().map(surprise).collect()),
        warnings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(x: &[usize], y: &[usize], z: &[usize]) -> Result<Estimate> {
        let wave = |phase: f64| (0..50).map(|t| (f64::from(t) * 0.7 + phase).sin()).collect::<Vec<_>>();
        let names = ["a", "b"].map(String::from).to_vec();
        let series = Series::new(names, vec![wave(0.0), wave(1.0)])?;
        conditional_mutual_information(&series, x, y, z, &Estimation::default(), false, &Device::cpu())
    }

    #[test]
    fn only_the_condition_may_be_empty() {
        assert!(judged(&[0], &[1], &[]).is_ok());
        assert_eq!(judged(&[], &[1], &[]).unwrap_err().to_string(), "--x: no column is named; name one or more");
        assert_eq!(judged(&[0], &[], &[1]).unwrap_err().to_string(), "--y: no column is named; name one or more");
    }
}
