//! Putting finished results in place: by one rename, by one exchange, or file by file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::judge::Target;
use super::{FILES, foreign};
use crate::error::{Error, Result};

/// Puts the staged files at the target. What cannot be placed is kept: it may have taken hours to compute.
pub(super) fn commit(target: Target, staging: TempDir) -> Result<PathBuf> {
    let staged = staging.keep();
    let refused = |error| {
        let what = format!("the results cannot be put in place: {error}; they are kept in `{}`", staged.display());
        Error::output(&target.path, what)
    };
    match &target.standing {
        None => fs::rename(&staged, &target.path).map_err(refused)?,
        Some(real) if target.gives_way() && exchange(&staged, real).is_ok() => {
            carry_over(&staged, real).map_err(|error| left_behind(&target.path, &staged, &error))?;
        }
        Some(real) => pour(&staged, real).map_err(refused)?,
    }
    Ok(target.path)
}

/// The new results stand, but the directory they replaced could not be emptied.
fn left_behind(target: &Path, old: &Path, error: &io::Error) -> Error {
    let what = format!("holds the new results, but files that stood there are left in `{}`: {error}", old.display());
    Error::output(target, what)
}

/// The two directories change names in one step.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn exchange(staged: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    fs::set_permissions(staged, fs::metadata(target)?.permissions())?;
    Ok(renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The old directory gives what is not ours to the target, and goes.
fn carry_over(old: &Path, target: &Path) -> io::Result<()> {
    for path in foreign(old)? {
        if let Some(name) = path.file_name() {
            fs::rename(&path, target.join(name))?;
        }
    }
    for name in FILES {
        remove(&old.join(name))?;
    }
    fs::remove_dir(old)
}

/// Each staged file takes its place in the target by a rename, and files of an earlier run that have no successor go.
fn pour(staged: &Path, target: &Path) -> io::Result<()> {
    // An old summary beside new tables would vouch for the wrong ones.
    remove(&target.join(FILES[FILES.len() - 1]))?;
    for name in FILES {
        let (from, to) = (staged.join(name), target.join(name));
        if from.exists() { fs::rename(from, to)? } else { remove(&to)? }
    }
    fs::remove_dir(staged)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
