//! A recording in memory: named channels over time, in one or several trials.

use std::ops::Range;

/// A recording: `v` channels of `t` samples, cut into trials. Every value is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
    trials: Vec<Range<usize>>,
}

impl Series {
    /// The channel names, in file order; unique.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of channels, `v`.
    pub fn channels(&self) -> usize {
        self.values.len()
    }

    /// The number of samples a channel holds over all trials, `t`.
    pub fn samples(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// The samples of one channel `[t]`, the trials one after the other.
    pub fn channel(&self, index: usize) -> &[f64] {
        &self.values[index]
    }

    /// The trials as ranges of samples: adjacent, in order, covering `0..t`.
    pub fn trials(&self) -> &[Range<usize>] {
        &self.trials
    }
}
