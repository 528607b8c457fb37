//! What is remembered of a kernel, with the evidence.

use super::{Bucket, Space};
use crate::occupancy::KernelConfig;
use serde::{Deserialize, Serialize};

/// A candidate and how fast it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its index in the space.
    pub candidate: usize,
    /// Its values in words.
    pub name: String,
    /// The launch it stands for.
    pub config: KernelConfig,
    /// Operations a second.
    pub throughput: f64,
}

/// The best candidate of a kernel for the sizes of a bucket, and how it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TuningProfile {
    /// The kernel; a compiled one by its symbol.
    pub kernel: String,
    /// The hash of the compiled form that was measured; empty when the kernel has none.
    pub ptx: String,
    /// The sizes that were measured.
    pub sizes: Vec<u64>,
    /// The sizes it holds for.
    pub bucket: Bucket,
    /// The checksum of the space searched.
    pub space: String,
    /// The default.
    pub default: Measured,
    /// The candidate that is to be launched.
    pub best: Measured,
    /// The search.
    pub algorithm: String,
    /// Candidates there are.
    pub candidates: usize,
    /// Candidates that were measured, the failed and refused among them.
    pub tried: usize,
    /// Candidates that did not run.
    pub failed: usize,
    /// Candidates whose answer was wrong.
    pub refused: usize,
    /// Seconds that the session took.
    pub seconds: f64,
    /// When it ended, in seconds since 1970.
    pub tuned_at: u64,
    /// The version of this crate.
    pub program: String,
}

impl TuningProfile {
    /// Throughput of the best over that of the default.
    pub fn speedup(&self) -> f64 {
        self.best.throughput / self.default.throughput
    }

    /// Whether it speaks of this compiled form and these candidates.
    pub fn is_of(&self, ptx: &str, space: &Space) -> bool {
        self.ptx == ptx && self.space == space.checksum() && self.best.candidate < space.candidates().len()
    }
}
