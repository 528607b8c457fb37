//! Whether results may go where they were asked to go; looks only, writes nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Error, Result};

/// A place that was judged fit for results.
#[derive(Debug)]
pub(super) struct Target {
    /// The directory as the user named it.
    pub(super) path: PathBuf,
    /// The directory with links followed, when it stands already.
    pub(super) standing: Option<PathBuf>,
    /// Where the temporary directory goes.
    beside: PathBuf,
}

impl Target {
    /// Judges `path`; with `force` it may stand there.
    pub(super) fn judge(path: &Path, force: bool) -> Result<Self> {
        let refuse = |what: String| Err(Error::output(path, what));
        match fs::metadata(path) {
            Ok(found) if !found.is_dir() => refuse("is a file; name a directory for the results".into()),
            Ok(_) => Self::standing(path, force),
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                refuse(format!("cannot be used: {error}; choose another directory"))
            }
            Err(_) if path.as_os_str().is_empty() => refuse("no directory named; name one for the results".into()),
            Err(_) if path.is_symlink() => refuse("is a link to nothing; remove it or choose another directory".into()),
            Err(_) => Self::fresh(path),
        }
    }

    /// A directory that stands already.
    fn standing(path: &Path, force: bool) -> Result<Self> {
        let unreadable = |error: io::Error| Error::output(path, format!("cannot be read: {error}"));
        if !force {
            let what = "exists; choose another directory, or replace the results in it with --force";
            return Err(Error::output(path, what));
        }
        if !writable(path) {
            return Err(Error::output(path, "is not writable; change its permissions or choose another directory"));
        }
        let real = path.canonicalize().map_err(unreadable)?;
        let beside = beside(&real).unwrap_or_else(|| real.clone());
        Ok(Self { path: path.into(), standing: Some(real), beside })
    }

    /// A directory that is to be made.
    fn fresh(path: &Path) -> Result<Self> {
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let refuse = |what: &str| {
            let what = format!("its parent directory `{}` {what}", parent.display());
            Err(Error::output(path, what))
        };
        if !parent.exists() {
            return refuse("does not exist; create it first");
        }
        if !parent.is_dir() {
            return refuse("is a file; choose another place");
        }
        if !writable(parent) {
            return refuse("is not writable; change its permissions or choose another place");
        }
        Ok(Self { path: path.into(), standing: None, beside: parent.into() })
    }

    /// A standing directory that does not give way.
    #[cfg(test)]
    pub(super) fn inside(real: &Path) -> Self {
        Self { path: real.into(), standing: Some(real.into()), beside: real.into() }
    }

    /// The directory that holds the temporary directory.
    pub(super) fn beside(&self) -> &Path {
        &self.beside
    }

    /// Whether a standing target gives way as a whole; if not, its files are replaced one by one.
    pub(super) fn gives_way(&self) -> bool {
        self.standing.as_ref() != Some(&self.beside)
    }

    /// Makes the temporary directory.
    pub(super) fn stage(&self) -> io::Result<TempDir> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".prism-ai-");
        // The temporary directory becomes the target, so it gets a target's permissions, not a secret's.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        builder.tempdir_in(&self.beside)
    }
}

/// The parent of a standing directory, when the directory can give way to another there: not the current directory,
/// whose shell would be left in the old one, not a mount point, and not where the parent refuses changes.
fn beside(real: &Path) -> Option<PathBuf> {
    let parent = real.parent()?;
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    let in_the_way = current.is_ok_and(|current| current.starts_with(real));
    (!in_the_way && same_disk(real, parent) && writable(parent)).then(|| parent.into())
}

#[cfg(unix)]
fn writable(directory: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(directory, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn writable(directory: &Path) -> bool {
    fs::metadata(directory).is_ok_and(|found| !found.permissions().readonly())
}

#[cfg(unix)]
fn same_disk(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let disk = |path| fs::metadata(path).map(|found| found.dev());
    matches!((disk(a), disk(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    true
}
