//! Trials out of labels: rows with the same label, one after the other, are a trial.

use std::collections::HashMap;

use super::source::Source;
use super::words::quoted;
use crate::Result;

/// The trials seen so far.
#[derive(Default)]
pub(super) struct Trials {
    lengths: Vec<usize>,
    last: Vec<u8>,
    /// The row in which each label's trial began.
    began: HashMap<Vec<u8>, usize>,
}

impl Trials {
    /// Adds the next row, which is `row` in the words of the format ("line" or "row").
    pub(super) fn push(&mut self, label: &[u8], row: usize) -> Result<(), Returned> {
        match self.lengths.last_mut() {
            Some(length) if self.last == label => *length += 1,
            _ => self.begin(label, row)?,
        }
        Ok(())
    }

    fn begin(&mut self, label: &[u8], row: usize) -> Result<(), Returned> {
        if let Some(&began) = self.began.get(label) {
            return Err(Returned { label: String::from_utf8_lossy(label).into_owned(), began, row });
        }
        self.began.insert(label.to_vec(), row);
        self.last = label.to_vec();
        self.lengths.push(1);
        Ok(())
    }

    /// The samples of each trial, in order.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths
    }
}

/// A label came back after the rows of another.
#[derive(Debug, PartialEq)]
pub(super) struct Returned {
    label: String,
    began: usize,
    row: usize,
}

impl Returned {
    /// The fault; `word` is "line" or "row", `from` says where rows count from.
    pub(super) fn fault(&self, source: Source, word: &str, from: &str) -> crate::Error {
        let (label, began) = (quoted(&self.label), self.began);
        let what = format!(
            "trial {label} began in {word} {began} and comes back after another; put the rows of a trial together"
        );
        source.fault_at(format!("{word} {}{from}", self.row), what)
    }
}
