//! Which columns of a file become channels, and which one labels the trials.

use super::ReadOptions;
use super::columns::find;
use super::source::Source;
use super::twice;
use super::words::quoted;
use crate::{Error, Result};

/// The columns to read; every other column may hold anything.
pub(super) struct Pick {
    /// The columns that become channels, in the order of the channels.
    pub(super) channels: Vec<usize>,
    /// The column that labels the trials.
    pub(super) trials: Option<usize>,
}

impl Pick {
    /// Looks `options` up among the columns of a file.
    pub(super) fn new(names: &[String], options: &ReadOptions) -> Result<Self> {
        let trials = options.trials.as_deref().map(|entry| find(entry, names, "--trials")).transpose()?;
        let channels = match &options.select {
            Some(columns) => columns.resolve(names, "--select")?,
            None => (0..names.len()).filter(|&column| Some(column) != trials).collect(),
        };
        match trials.filter(|column| channels.contains(column)) {
            Some(column) => {
                let what = format!("{} labels the trials and cannot be a channel too", quoted(&names[column]));
                Err(Error::setting("--select", what))
            }
            None => Ok(Self { channels, trials }),
        }
    }

    /// The names of the channels, after seeing that each has its own.
    pub(super) fn names(&self, names: &[String], source: Source) -> Result<Vec<String>> {
        let picked: Vec<_> = self.channels.iter().map(|&column| names[column].clone()).collect();
        if picked.is_empty() {
            return Err(source.fault("there are no channels; the file must hold at least one"));
        }
        if let Some(v) = picked.iter().position(String::is_empty) {
            let what = "the column has no name; name it, or leave it out with `--select`";
            return Err(source.fault_at(format!("column {} (from 0)", self.channels[v]), what));
        }
        if let Some((first, second)) = twice(&picked) {
            let (name, first, second) = (quoted(&picked[first]), self.channels[first], self.channels[second]);
            let what = format!("both columns are named {name}; rename one, or leave one out with `--select`");
            return Err(source.fault_at(format!("columns {first} and {second} (from 0)"), what));
        }
        Ok(picked)
    }
}

/// The names of columns that have none: `c0`, `c1`, …
pub(super) fn numbered(columns: usize) -> Vec<String> {
    (0..columns).map(|column| format!("c{column}")).collect()
}
