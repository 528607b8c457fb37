//! One search through a space, and its verdict.

use super::{Candidate, Outcome, SearchAlgorithm, Space, Trial};
use crate::{ErrorKind, Result, Samples};

/// By how much a candidate must beat the default to take its place: less is not worth a launch of another form.
const MARGIN: f64 = 0.02;

/// Times that the default and the best are measured again, in turn, before the best takes its place.
const REPEATS: usize = 8;

/// Standard errors by which it must beat the default: less is noise.
const ERRORS: f64 = 2.0;

/// Runs candidates.
pub trait Evaluator {
    /// Operations a second of a candidate; what is no positive number says that it did not run.
    fn throughput(&self, candidate: &Candidate) -> f64;

    /// Whether the candidate's answer is right. Asked before a candidate may win.
    fn is_right(&self, _candidate: &Candidate) -> bool {
        true
    }
}

/// A search that is over.
pub(super) struct Session {
    /// Everything measured, in order.
    pub(super) trials: Vec<Trial>,
    /// Operations a second of the default.
    pub(super) default: f64,
    /// The candidate that is to be launched.
    pub(super) best: usize,
    /// Operations a second of it.
    pub(super) throughput: f64,
}

impl Session {
    /// Measures the default and what the algorithm asks for, and judges.
    ///
    /// # Errors
    /// `Unsupported` when the default does not run or is wrong, or the algorithm asks for what it may not.
    pub(super) fn run(
        name: &str,
        space: &Space,
        algorithm: &dyn SearchAlgorithm,
        evaluator: &dyn Evaluator,
    ) -> Result<Self> {
        let default = first(name, space, evaluator)?;
        let mut trials = vec![Trial { candidate: 0, outcome: Outcome::Throughput(default) }];
        let (mut best, mut most) = (0, default);
        while let Some(candidate) = algorithm.next(space, &trials) {
            allowed(algorithm, space, &trials, candidate)?;
            let outcome = measured(evaluator, &space.candidates()[candidate], most);
            trials.push(Trial { candidate, outcome });
            if let Some(throughput) = outcome.throughput().filter(|&throughput| throughput > most) {
                (best, most) = (candidate, throughput);
            }
        }
        let session = Self { trials, default, best, throughput: most };
        Ok(if best == 0 { session } else { session.confirmed(space, evaluator) })
    }

    /// The number of trials with this outcome.
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.trials.iter().filter(|trial| trial.outcome == outcome).count()
    }

    /// With the default and the best measured again. The fastest of many measurements is partly the luckiest: the best
    /// keeps its place if it beats the default by more than the noise of these.
    fn confirmed(self, space: &Space, evaluator: &dyn Evaluator) -> Self {
        let again = |candidate: usize| evaluator.throughput(&space.candidates()[candidate]);
        let pairs: Vec<(f64, f64)> = (0..REPEATS).map(|_| (again(0), again(self.best))).collect();
        let default = median(pairs.iter().map(|pair| pair.0)).unwrap_or(self.default);
        let throughput = median(pairs.iter().map(|pair| pair.1)).unwrap_or(self.throughput);
        let (best, throughput) = if is_gain(&pairs) { (self.best, throughput) } else { (0, default) };
        Self { default, best, throughput, ..self }
    }
}

/// Whether the second of the pairs beats the first by the margin, and by more than the error of their mean gain. What
/// once does not run is no gain.
fn is_gain(pairs: &[(f64, f64)]) -> bool {
    let n = pairs.len() as f64;
    let gains: Vec<f64> = pairs.iter().map(|(default, best)| best / default - 1.0).collect();
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0);
    pairs.iter().all(|&(default, best)| ran(default) && ran(best))
        && mean > MARGIN
        && mean - ERRORS * (variance / n).sqrt() > 0.0
}

/// The throughput of the default.
fn first(name: &str, space: &Space, evaluator: &dyn Evaluator) -> Result<f64> {
    let default = &space.candidates()[0];
    let fault = match measured(evaluator, default, 0.0) {
        Outcome::Throughput(throughput) => return Ok(throughput),
        Outcome::Failed => "does not run",
        Outcome::Refused => "gives a wrong answer",
    };
    let what = format!("{name}: tuning compares with the default, {}, and that {fault}", space.name(0));
    Err(ErrorKind::Unsupported { what }.into())
}

fn ran(throughput: f64) -> bool {
    throughput.is_finite() && throughput > 0.0
}

/// Measures a candidate; one that is the fastest so far must be right too.
fn measured(evaluator: &dyn Evaluator, candidate: &Candidate, most: f64) -> Outcome {
    let throughput = evaluator.throughput(candidate);
    if !ran(throughput) {
        return Outcome::Failed;
    }
    if throughput > most && !evaluator.is_right(candidate) {
        return Outcome::Refused;
    }
    Outcome::Throughput(throughput)
}

fn allowed(algorithm: &dyn SearchAlgorithm, space: &Space, trials: &[Trial], candidate: usize) -> Result<()> {
    let fault = if candidate >= space.candidates().len() {
        format!("there are {}", space.candidates().len())
    } else if trials.iter().any(|trial| trial.candidate == candidate) {
        "it has been measured".into()
    } else {
        return Ok(());
    };
    let what = format!("the search `{}` asks for candidate {candidate}; {fault}", algorithm.name());
    Err(ErrorKind::Unsupported { what }.into())
}

/// The middle one of those that ran.
fn median(throughputs: impl Iterator<Item = f64>) -> Option<f64> {
    let ran = Samples::of(throughputs.filter(|&throughput| ran(throughput)).collect());
    (ran.count() > 0).then(|| ran.median())
}

#[cfg(test)]
mod tests {
    use super::is_gain;

    #[test]
    fn a_gain_is_more_than_the_margin_and_more_than_its_error() {
        assert!(is_gain(&[(1.0, 1.1); 8]));
        assert!(!is_gain(&[(1.0, 1.01); 8]));
        let noisy = [(1.0, 1.3), (1.0, 0.8)].repeat(4);
        assert!(!is_gain(&noisy));
    }

    #[test]
    fn what_does_not_run_again_is_no_gain() {
        for pair in [(0.0, 1.0), (1.0, 0.0), (f64::NAN, 1.0), (1.0, f64::NAN), (0.0, 0.0)] {
            assert!(!is_gain(&[pair, (1.0, 9.0), (1.0, 9.0), (1.0, 9.0)]), "{pair:?}");
        }
    }
}
