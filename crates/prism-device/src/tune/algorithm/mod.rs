//! Which candidate to measure next.

mod gaussian;
mod grid;
mod guided;
mod random;

pub use grid::Grid;
pub use guided::Guided;
pub use random::Random;

use super::Space;

/// What a measurement gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// It ran: operations a second.
    Throughput(f64),
    /// It did not run.
    Failed,
    /// It ran, and its answer was wrong.
    Refused,
}

/// One candidate that was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Its index in the space.
    pub candidate: usize,
    /// What came of it.
    pub outcome: Outcome,
}

/// A way through a space, as a pure function of what is known: it can be left and taken up again anywhere.
pub trait SearchAlgorithm: Send + Sync {
    /// Its name, as profiles tell it.
    fn name(&self) -> &'static str;

    /// The candidate to measure next, one that no trial has; none when the search is over. The default is the first
    /// trial already.
    fn next(&self, space: &Space, trials: &[Trial]) -> Option<usize>;
}

impl Outcome {
    /// Operations a second, if it ran and was right.
    pub fn throughput(self) -> Option<f64> {
        if let Self::Throughput(throughput) = self { Some(throughput) } else { None }
    }
}

/// The candidates that no trial has, in order.
fn untried(space: &Space, trials: &[Trial]) -> Vec<usize> {
    let mut is_tried = vec![false; space.candidates().len()];
    for trial in trials {
        is_tried[trial.candidate] = true;
    }
    (0..is_tried.len()).filter(|&candidate| !is_tried[candidate]).collect()
}
