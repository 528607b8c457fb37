//! The reductions, and which output of a fold holds what.

/// What becomes of the elements; the number is the `how` of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reduction {
    Sum,
    Mean,
    Product,
    Min,
    Max,
    L1,
    L2,
    SumSquare,
    LogSumExp,
    ArgMin,
    ArgMax,
}

use Reduction::{ArgMax, ArgMin, L1, L2, LogSumExp, Max, Mean, Min, Product, Sum, SumSquare};

const ALL: [Reduction; 11] = [Sum, Mean, Product, Min, Max, L1, L2, SumSquare, LogSumExp, ArgMin, ArgMax];

impl Reduction {
    /// The reduction of that number; the kernels require one up to 10.
    pub(super) fn of(how: u32) -> Self {
        ALL[how as usize]
    }

    /// Whether the result is the place of an element.
    pub(super) fn is_place(self) -> bool {
        matches!(self, ArgMin | ArgMax)
    }
}

/// The elements of `y` where a fold has `results`: none for places, and none before the last kernel.
pub(super) fn values(how: u64, ends: u64, results: u64) -> u64 {
    if ends == 1 && how < ArgMin as u64 { results } else { 0 }
}

/// The elements of `index` where a fold has `results`.
pub(super) fn places(how: u64, ends: u64, results: u64) -> u64 {
    if ends == 1 && how >= ArgMin as u64 { results } else { 0 }
}

/// The pairs of `states` where more is to come.
pub(super) fn pairs(ends: u64, results: u64) -> u64 {
    if ends == 1 { 0 } else { results }
}
