//! A file that is being read, and how its faults are said.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::words::quoted;
use crate::{Error, Result, Series};

/// A file, or one array in it.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    path: &'a Path,
    array: Option<&'a str>,
}

impl<'a> Source<'a> {
    pub(super) fn file(path: &'a Path) -> Self {
        Self { path, array: None }
    }

    /// The array called `name` in this file.
    pub(super) fn array(self, name: &'a str) -> Self {
        Self { array: Some(name), ..self }
    }

    /// Opens the file, which must be there, readable, no directory and not empty.
    pub(super) fn open(self) -> Result<File> {
        let file = File::open(self.path).map_err(|error| self.unreadable(&error))?;
        let data = file.metadata().map_err(|error| self.unreadable(&error))?;
        if data.is_dir() {
            return Err(self.fault("this is a directory; name a file in it"));
        }
        if data.is_file() && data.len() == 0 {
            return Err(self.fault("the file is empty; it must hold at least one channel"));
        }
        Ok(file)
    }

    /// A fault of the file, or of its array, as a whole.
    pub(super) fn fault(self, what: impl Into<String>) -> Error {
        match self.array {
            Some(name) => Error::data_at(self.path, format!("array {}", quoted(name)), what),
            None => Error::data(self.path, what),
        }
    }

    /// A fault at one place.
    pub(super) fn fault_at(self, at: impl std::fmt::Display, what: impl Into<String>) -> Error {
        match self.array {
            Some(name) => Error::data_at(self.path, format!("array {}, {at}", quoted(name)), what),
            None => Error::data_at(self.path, at.to_string(), what),
        }
    }

    /// The operating system did not let us read.
    pub(super) fn unreadable(self, error: &io::Error) -> Error {
        self.fault(match error.kind() {
            ErrorKind::NotFound => "there is no such file; check the name".to_owned(),
            ErrorKind::PermissionDenied => "the file may not be read; change its permissions".to_owned(),
            ErrorKind::IsADirectory => "this is a directory; name a file in it".to_owned(),
            _ => format!("the file cannot be read: {error}"),
        })
    }

    /// The series of what was read; `lengths` are those of the trials, one trial when there are none.
    pub(super) fn series(self, names: Vec<String>, values: Vec<Vec<f64>>, lengths: Option<&[usize]>) -> Result<Series> {
        let series = match lengths {
            Some(lengths) => Series::with_trials(names, values, lengths),
            None => Series::new(names, values),
        };
        series.map_err(|error| self.fault(error.to_string()))
    }
}
