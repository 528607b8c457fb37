//! What can go wrong between a recording and its network, and how it is said.

use std::path::{Path, PathBuf};

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a job could not be done. Match on [`Error::kind`].
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// The kinds of [`Error`]; each message names the thing that is wrong and what mends it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A data file cannot be used; `at` says where in it ("row 7, column `x`").
    #[error("{}{}: {what}", path.display(), at.as_ref().map(|a| format!(", {a}")).unwrap_or_default())]
    Data {
        /// The file.
        path: PathBuf,
        /// The place in the file, in the words of its format.
        at: Option<String>,
        /// What is wrong and how to mend it.
        what: String,
    },
    /// The values of a series do not allow the computation asked for.
    #[error("{what}")]
    Series {
        /// What is wrong and how to mend it.
        what: String,
    },
    /// A setting is out of its range or does not fit the data.
    #[error("{name}: {what}")]
    Setting {
        /// The setting as the user spells it, for instance `--k`.
        name: &'static str,
        /// What is wrong and how to mend it.
        what: String,
    },
    /// A result cannot be written.
    #[error("{}: {what}", path.display())]
    Output {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong and how to mend it.
        what: String,
    },
    /// The device failed or is missing.
    #[error(transparent)]
    Device(#[from] prism_device::Error),
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// A data file that cannot be used as a whole.
    pub fn data(path: &Path, what: impl Into<String>) -> Self {
        ErrorKind::Data { path: path.into(), at: None, what: what.into() }.into()
    }

    /// A place in a data file that cannot be used.
    pub fn data_at(path: &Path, at: impl Into<String>, what: impl Into<String>) -> Self {
        ErrorKind::Data { path: path.into(), at: Some(at.into()), what: what.into() }.into()
    }

    /// Values that do not allow the computation.
    pub fn series(what: impl Into<String>) -> Self {
        ErrorKind::Series { what: what.into() }.into()
    }

    /// A setting that is out of range.
    pub fn setting(name: &'static str, what: impl Into<String>) -> Self {
        ErrorKind::Setting { name, what: what.into() }.into()
    }

    /// A result that cannot be written.
    pub fn output(path: &Path, what: impl Into<String>) -> Self {
        ErrorKind::Output { path: path.into(), what: what.into() }.into()
    }
}

impl<K: Into<ErrorKind>> From<K> for Error {
    fn from(kind: K) -> Self {
        Self(Box::new(kind.into()))
    }
}

/// Operations of the catalogue speak in the errors of devices.
impl From<Error> for prism_device::Error {
    fn from(error: Error) -> Self {
        match *error.0 {
            ErrorKind::Device(error) => error,
            other => prism_device::ErrorKind::Unsupported { what: other.to_string() }.into(),
        }
    }
}
