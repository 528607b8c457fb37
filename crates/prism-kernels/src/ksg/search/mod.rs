//! Neighbours and counts of one conditional-mutual-information problem (X; Y | Z), on the CPU.
//!
//! A [`Target`] holds what permuting the source leaves alone: Y, Z and the orders over them. It is asked with one X after
//! another and answers with [`Counts`]: for every sample the number of others that lie, in (X, Z), (Y, Z) and Z, within the
//! radii that its `k` nearest neighbours span in (X, Y, Z). Norm: maximum. Every distance is `|a - b|` and every comparison
//! is made in the type of the data, so the counts equal those of the plain double loop to the last bit.
//!
//! Two structures do the work: a balanced k-d tree whose queries travel in groups, a leaf at a time ([`tree`], [`nearest`],
//! [`range`]), and a sorted line for spaces of one dimension ([`line`]).

// Hot loops must be inlined up to where the instruction set is chosen: see `worker`.
#![allow(clippy::inline_always)]

mod columns;
mod excluded;
mod lanes;
mod leaf;
mod line;
mod lists;
mod nearest;
mod range;
mod rank;
mod scalar;
mod space;
mod split;
mod target;
mod tree;
mod worker;

#[cfg(test)]
mod tests;

pub use scalar::Scalar;
pub use target::{Counts, Radii, Scratch, Target};

/// Which of the two estimators of Kraskov et al. 2004 the radii and counts serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// One radius a sample, the distance to its k-th neighbour; counts are strict (`<`).
    One,
    /// A radius for each variable, its largest distance among the k neighbours; counts include it (`<=`).
    Two,
}

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Neighbours in the joint space, at least 1.
    pub k: usize,
    /// Pairs of samples whose clocks differ by at most this are no neighbours and are not counted; 0 excludes the sample itself.
    pub theiler: u32,
    /// The estimator served.
    pub algorithm: Algorithm,
}
