//! One search through a space, and its verdict.

use super::{Candidate, Outcome, SearchAlgorithm, Space, Trial};
use crate::{ErrorKind, Result};

/// By how much a candidate must beat the default to take its place: less is noise.
const MARGIN: f64 = 0.02;

/// Times that the default and the best are measured again, in turn, before the best takes its place.
const REPEATS: usize = 3;

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
    /// keeps its place if its median beats that of the default by more than noise.
    fn confirmed(self, space: &Space, evaluator: &dyn Evaluator) -> Self {
        let again = |candidate: usize| evaluator.throughput(&space.candidates()[candidate]);
        let (defaults, bests): (Vec<f64>, Vec<f64>) = (0..REPEATS).map(|_| (again(0), again(self.best))).unzip();
        let (default, throughput) = (median(defaults), median(bests));
        if throughput > default * (1.0 + MARGIN) {
            return Self { default, throughput, ..self };
        }
        let default = if default > 0.0 { default } else { self.default };
        Self { default, best: 0, throughput: default, ..self }
    }
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

/// Measures a candidate; one that is the fastest so far must be right too.
fn measured(evaluator: &dyn Evaluator, candidate: &Candidate, most: f64) -> Outcome {
    let throughput = evaluator.throughput(candidate);
    if !(throughput.is_finite() && throughput > 0.0) {
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

/// The middle one; what is no number counts as the least.
fn median(mut values: Vec<f64>) -> f64 {
    for value in &mut values {
        *value = if value.is_nan() { f64::NEG_INFINITY } else { *value };
    }
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
