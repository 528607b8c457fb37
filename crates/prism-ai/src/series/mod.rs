//! A recording in memory: named channels over time, in one or several trials.

use std::collections::HashMap;
use std::ops::Range;

use crate::{Error, Result};

mod columns;
mod csv;
mod npy;
mod npz;
mod parquet;
mod pick;
mod read;
mod source;
#[cfg(test)]
mod tests;
mod trials;
mod words;

pub use columns::Columns;
pub use npy::{Header as NpyHeader, npy_header};
pub use read::{Orientation, ReadOptions, read};

pub(crate) use words::quoted;

/// A recording: `v` channels of `t` samples, cut into trials. Every value is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
    trials: Vec<Range<usize>>,
}

impl Series {
    /// A recording in one trial. `names [v]`, `values [v][t]` in any unit.
    ///
    /// # Errors
    /// `Series` as in [`Series::with_trials`].
    pub fn new(names: Vec<String>, values: Vec<Vec<f64>>) -> Result<Self> {
        let samples = values.first().map_or(0, Vec::len);
        Self::with_trials(names, values, &[samples])
    }

    /// A recording in trials that lie one after the other. `names [v]`, `values [v][t]` in any unit,
    /// `lengths [trials]` in samples, adding up to `t`.
    ///
    /// # Errors
    /// `Series` when there is no channel or no sample, a name is empty or given twice, the channels differ in
    /// length, a value is NaN or infinite, or the trials do not fill the samples.
    pub fn with_trials(names: Vec<String>, values: Vec<Vec<f64>>, lengths: &[usize]) -> Result<Self> {
        check_names(&names, values.len())?;
        check_lengths(&names, &values)?;
        check_finite(&names, &values)?;
        let trials = adjacent(lengths, values[0].len())?;
        Ok(Self { names, values, trials })
    }

    /// The channels at `indices [v]`, in that order, with the same trials.
    ///
    /// # Panics
    /// When an index is not below [`Series::channels`] or stands there twice; [`Columns::resolve`] gives
    /// indices that are neither.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let unique = indices.iter().enumerate().all(|(at, index)| !indices[..at].contains(index));
        assert!(unique, "a channel is selected twice");
        Self {
            names: indices.iter().map(|&v| self.names[v].clone()).collect(),
            values: indices.iter().map(|&v| self.values[v].clone()).collect(),
            trials: self.trials.clone(),
        }
    }

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

fn check_names(names: &[String], channels: usize) -> Result<()> {
    if channels == 0 {
        return Err(Error::series("there are no channels; a series needs at least one"));
    }
    if names.len() != channels {
        let what = format!("{} names for {channels} channels; give every channel one name", names.len());
        return Err(Error::series(what));
    }
    if let Some(index) = names.iter().position(String::is_empty) {
        return Err(Error::series(format!("channel {index} (from 0) has an empty name; name it")));
    }
    twice(names).map_or(Ok(()), |(first, second)| {
        let name = quoted(&names[first]);
        Err(Error::series(format!("channels {first} and {second} (from 0) are both named {name}; rename one")))
    })
}

fn check_lengths(names: &[String], values: &[Vec<f64>]) -> Result<()> {
    let samples = values[0].len();
    if samples == 0 {
        return Err(Error::series(format!("channel {} has no samples", quoted(&names[0]))));
    }
    let odd = values.iter().position(|channel| channel.len() != samples);
    odd.map_or(Ok(()), |v| {
        let (first, other, length) = (quoted(&names[0]), quoted(&names[v]), values[v].len());
        let what = format!("channel {first} has {samples} samples and {other} has {length}; make them equally long");
        Err(Error::series(what))
    })
}

fn check_finite(names: &[String], values: &[Vec<f64>]) -> Result<()> {
    for (name, channel) in names.iter().zip(values) {
        if let Some(t) = channel.iter().position(|value| !value.is_finite()) {
            let what = format!(
                "sample {t} (from 0) of channel {} is {}; every value must be finite",
                quoted(name),
                channel[t]
            );
            return Err(Error::series(what));
        }
    }
    Ok(())
}

fn adjacent(lengths: &[usize], samples: usize) -> Result<Vec<Range<usize>>> {
    if let Some(trial) = lengths.iter().position(|&length| length == 0) {
        return Err(Error::series(format!("trial {trial} (from 0) has no samples; leave it out")));
    }
    let total = lengths.iter().fold(0_usize, |sum, &length| sum.saturating_add(length));
    if total != samples {
        let what = format!("the trials add up to {total} samples and a channel has {samples}; they must agree");
        return Err(Error::series(what));
    }
    let mut start = 0;
    let trial = |&length: &usize| {
        start += length;
        start - length..start
    };
    Ok(lengths.iter().map(trial).collect())
}

/// The places of the first name that is given twice.
fn twice(names: &[String]) -> Option<(usize, usize)> {
    let mut seen = HashMap::with_capacity(names.len());
    names.iter().enumerate().find_map(|(index, name)| seen.insert(name, index).map(|first| (first, index)))
}
