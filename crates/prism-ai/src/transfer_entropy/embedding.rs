//! Which samples an observation of transfer entropy is made of.

use std::ops::Range;

/// Where the samples of an observation lie before its target sample.
///
/// Transfer entropy is `I(y[t]; x[t−u−i·τx], i < l | y[t−1−i·τy], i < κ, z[t−c])`: target past from `t − 1`, source past
/// from `t − u` (Wibral et al. 2013, eq. 8). Observations never reach across the beginning of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedding {
    /// The number of past target values, `κ`.
    pub target_history: usize,
    /// The number of source values, `l`.
    pub source_history: usize,
    /// The samples between target values, `τy`.
    pub target_tau: usize,
    /// The samples between source values, `τx`.
    pub source_tau: usize,
    /// The samples between the latest source value and the target sample, `u`.
    pub delay: usize,
    /// The number of conditional channels; each gives one value.
    pub conditionals: usize,
    /// The samples between the conditional values and the target sample, `c`.
    pub conditional_delay: usize,
}

impl Embedding {
    /// How far the source values lie back, the latest first: `u + i·τx`.
    pub fn source_lags(&self) -> Vec<usize> {
        lags(self.delay, self.source_tau, self.source_history)
    }

    /// How far the past target values lie back, the latest first: `1 + i·τy`.
    pub fn target_lags(&self) -> Vec<usize> {
        lags(1, self.target_tau, self.target_history)
    }

    /// The number of values an observation is made of, the target sample included.
    pub fn dimension(&self) -> usize {
        1 + self.source_history + self.target_history + self.conditionals
    }

    /// The first sample of a trial, from 0, that has everything before it that an observation needs.
    pub fn first(&self) -> usize {
        self.target_reach().max(self.source_reach()).max(self.conditional_reach())
    }

    /// How far the source values reach back.
    pub(crate) fn source_reach(&self) -> usize {
        reach(self.delay, self.source_tau, self.source_history)
    }

    /// How far the past target values reach back.
    pub(crate) fn target_reach(&self) -> usize {
        reach(1, self.target_tau, self.target_history)
    }

    fn conditional_reach(&self) -> usize {
        if self.conditionals > 0 { self.conditional_delay } else { 0 }
    }

    /// The number of observations in `trials`.
    pub fn observations(&self, trials: &[Range<usize>]) -> usize {
        trials.iter().map(|trial| self.rows_of(trial).len()).sum()
    }

    /// The target samples of all observations `[n_obs]`, trial by trial, in order.
    pub fn rows(&self, trials: &[Range<usize>]) -> Vec<usize> {
        trials.iter().flat_map(|trial| self.rows_of(trial)).collect()
    }

    /// The target samples of the observations in one trial; empty when the trial is too short.
    pub fn rows_of(&self, trial: &Range<usize>) -> Range<usize> {
        trial.start.saturating_add(self.first()).min(trial.end)..trial.end
    }
}

fn lags(first: usize, step: usize, count: usize) -> Vec<usize> {
    (0..count).map(|i| first + i * step).collect()
}

/// The last of [`lags`]; as far as can be counted when it is farther.
fn reach(first: usize, step: usize, count: usize) -> usize {
    step.saturating_mul(count.saturating_sub(1)).saturating_add(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Embedding = Embedding {
        target_history: 1,
        source_history: 1,
        target_tau: 1,
        source_tau: 1,
        delay: 1,
        conditionals: 0,
        conditional_delay: 1,
    };

    #[test]
    fn lags_count_back_from_the_target() {
        let embedding =
            Embedding { target_history: 3, target_tau: 2, source_history: 2, source_tau: 5, delay: 4, ..PLAIN };
        assert_eq!(embedding.target_lags(), [1, 3, 5]);
        assert_eq!(embedding.source_lags(), [4, 9]);
        assert_eq!((embedding.first(), embedding.dimension()), (9, 6));
    }

    #[test]
    fn conditionals_reach_back_only_when_there_are_some() {
        assert_eq!(Embedding { conditional_delay: 7, ..PLAIN }.first(), 1);
        assert_eq!(Embedding { conditional_delay: 7, conditionals: 2, ..PLAIN }.first(), 7);
    }

    #[test]
    fn observations_stay_within_their_trial() {
        let embedding = Embedding { delay: 3, ..PLAIN };
        let trials = [0..5, 5..8, 8..12];
        assert_eq!(embedding.rows(&trials), [3, 4, 11]);
        assert_eq!(embedding.observations(&trials), 3);
    }

    #[test]
    fn a_history_beyond_counting_leaves_no_observation() {
        let embedding = Embedding { target_history: usize::MAX, target_tau: usize::MAX, ..PLAIN };
        assert_eq!(embedding.observations(&[0..5, 5..9]), 0);
    }
}
