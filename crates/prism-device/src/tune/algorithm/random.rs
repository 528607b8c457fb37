//! Candidates by lot.

use super::{SearchAlgorithm, Trial, untried};
use crate::philox::Philox;
use crate::tune::Space;

/// Measures candidates in random order, none twice.
#[derive(Debug, Clone, Copy)]
pub struct Random {
    /// The seed of the order.
    pub seed: u64,
    /// How many candidates to measure, the default among them.
    pub trials: usize,
}

impl SearchAlgorithm for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn next(&self, space: &Space, trials: &[Trial]) -> Option<usize> {
        if trials.len() >= self.trials {
            return None;
        }
        drawn(self.seed, &untried(space, trials))
    }
}

/// The candidate whose lot is the lowest.
pub(super) fn drawn(seed: u64, candidates: &[usize]) -> Option<usize> {
    let lots = Philox::new(seed, 0);
    candidates.iter().copied().min_by_key(|&candidate| (lots.word(candidate as u64), candidate))
}
