//! Every candidate.

use super::{SearchAlgorithm, Trial, untried};
use crate::tune::Space;

/// Measures every candidate in order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grid;

impl SearchAlgorithm for Grid {
    fn name(&self) -> &'static str {
        "grid"
    }

    fn next(&self, space: &Space, trials: &[Trial]) -> Option<usize> {
        untried(space, trials).first().copied()
    }
}
