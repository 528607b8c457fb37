//! Candidates where a model of those measured expects most.

use super::gaussian::Gaussian;
use super::random::drawn;
use super::{SearchAlgorithm, Trial, untried};
use crate::tune::Space;

/// Lengths of correlation that are tried on each axis, in widths of the space.
const LENGTHS: [f64; 5] = [0.2, 0.5, 1.0, 2.0, 5.0];

/// Standard deviations above the model's mean at which candidates are compared.
const OPTIMISM: f64 = 1.5;

/// Candidates measured before there is a model.
const FIRST: usize = 6;

/// Measures candidates where the upper confidence bound of a Gaussian process is highest.
///
/// The process models the logarithm of throughput over the points of the space, with a length of correlation on each
/// axis that is fitted anew before each step. Srinivas, Krause, Kakade & Seeger, Gaussian process optimization in the
/// bandit setting, 2010; for GPU kernels Willemsen, van Nieuwpoort & van Werkhoven, Bayesian optimization for
/// auto-tuning GPU kernels, 2021.
#[derive(Debug, Clone, Copy)]
pub struct Guided {
    /// The seed of the first candidates.
    pub seed: u64,
    /// The share of the candidates to measure.
    pub share: f64,
    /// The number to measure, whatever the share.
    pub least: usize,
}

impl Default for Guided {
    fn default() -> Self {
        Self { seed: 0, share: 0.25, least: 8 }
    }
}

impl SearchAlgorithm for Guided {
    fn name(&self) -> &'static str {
        "guided"
    }

    fn next(&self, space: &Space, trials: &[Trial]) -> Option<usize> {
        let budget = ((space.candidates().len() as f64 * self.share) as usize).max(self.least);
        if trials.len() >= budget {
            return None;
        }
        let untried = untried(space, trials);
        if trials.len() < FIRST {
            return drawn(self.seed, &untried);
        }
        most_promising(space, trials, &untried)
    }
}

fn most_promising(space: &Space, trials: &[Trial], untried: &[usize]) -> Option<usize> {
    let values = standardised(trials)?;
    let points: Vec<&[f64]> = trials.iter().map(|trial| space.point(trial.candidate)).collect();
    let model = fitted(&points, &values);
    let bound = |&candidate: &usize| {
        let (mean, deviation) = model.at(space.point(candidate));
        mean + OPTIMISM * deviation
    };
    let bounds = untried.iter().map(bound);
    untried.iter().copied().zip(bounds).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(candidate, _)| candidate)
}

/// Logarithms of throughput with mean 0 and variance 1; what did not run counts as the slowest that did.
fn standardised(trials: &[Trial]) -> Option<Vec<f64>> {
    let logarithms: Vec<Option<f64>> = trials.iter().map(|trial| trial.outcome.throughput().map(f64::ln)).collect();
    let slowest = logarithms.iter().flatten().copied().reduce(f64::min)?;
    let values: Vec<f64> = logarithms.into_iter().map(|value| value.unwrap_or(slowest)).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    let deviation = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    Some(values.into_iter().map(|value| (value - mean) / deviation).collect())
}

/// The model with the likeliest lengths, found on one axis after the other, twice.
fn fitted<'a>(points: &[&'a [f64]], values: &[f64]) -> Gaussian<'a> {
    let model = |lengths: &[f64]| Gaussian::new(points.to_vec(), values, lengths.to_vec());
    let mut best = model(&vec![1.0; points[0].len()]);
    let axes = 0..points[0].len();
    for axis in axes.clone().chain(axes) {
        for length in LENGTHS {
            if length == best.lengths()[axis] {
                continue;
            }
            let mut lengths = best.lengths().to_vec();
            lengths[axis] = length;
            let other = model(&lengths);
            if other.log_likelihood() > best.log_likelihood() {
                best = other;
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tune::{Outcome, SearchSpace};

    fn searched(algorithm: Guided, speed: impl Fn(usize) -> Outcome) -> Vec<Trial> {
        let space = SearchSpace { use_shared_memory: true, ..SearchSpace::new(1 << 20) }.span().unwrap();
        let mut trials = vec![Trial { candidate: 0, outcome: speed(0) }];
        while let Some(candidate) = algorithm.next(&space, &trials) {
            trials.push(Trial { candidate, outcome: speed(candidate) });
        }
        trials
    }

    #[test]
    fn it_measures_its_share_and_nothing_twice() {
        let trials = searched(Guided::default(), |candidate| Outcome::Throughput(1.0 + candidate as f64));
        let mut measured: Vec<usize> = trials.iter().map(|trial| trial.candidate).collect();
        measured.sort_unstable();
        measured.dedup();
        assert_eq!((trials.len(), measured.len()), (96 / 4, 96 / 4));
        let whole = Guided { share: 2.0, ..Guided::default() };
        assert_eq!(searched(whole, |_| Outcome::Throughput(1.0)).len(), 96);
    }

    #[test]
    fn it_searches_on_where_all_but_the_default_fail() {
        let fails = |candidate| if candidate == 0 { Outcome::Throughput(1.0) } else { Outcome::Failed };
        assert_eq!(searched(Guided::default(), fails).len(), 24);
    }

    #[test]
    fn where_nothing_ran_there_is_nothing_to_expect() {
        let trials = searched(Guided::default(), |_| Outcome::Failed);
        assert_eq!(trials.len(), FIRST);
    }
}
