//! One set of results, put in place as a whole or not at all.

mod judge;
mod place;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use self::judge::Target;
use super::{csv, graphml, matrix, picture};
use crate::error::{Error, Result};
use crate::network::Network;

/// Every file a set of results may hold; nothing else in a directory is ever replaced or removed. The summary comes
/// last: where files are put in place one by one, it says that the others are there.
const FILES: [&str; 10] = [
    "te.csv",
    "edges.csv",
    "te_matrix.npy",
    "local_te.npy",
    "network.graphml",
    "te_matrix.svg",
    "te_matrix.png",
    "network.svg",
    "network.png",
    "summary.json",
];

/// A directory of results in the making.
///
/// Files are written to a temporary directory beside the target; [`commit`](Self::commit) puts them in place together.
/// Dropped without it, the temporary directory vanishes and the target is as it was.
#[derive(Debug)]
pub struct OutputDir {
    target: Target,
    staging: TempDir,
}

impl OutputDir {
    /// Judges `path` and opens a temporary directory beside it. Made and dropped, it says before a long computation
    /// whether results can be put there.
    ///
    /// With `force`, results that stand at `path` are replaced: those of the names this crate writes, no others.
    ///
    /// # Errors
    ///
    /// `Output` when `path` is a file, stands there and `force` is false, has no parent directory, or cannot be
    /// written to.
    pub fn create(path: &Path, force: bool) -> Result<Self> {
        let target = Target::judge(path, force)?;
        let staging = target.stage().map_err(|error| {
            Error::output(target.beside(), format!("cannot make a directory for the results in it: {error}"))
        })?;
        Ok(Self { target, staging })
    }

    /// Writes the tables, matrices and the graph: `te.csv`, `edges.csv`, `te_matrix.npy`, `network.graphml`, and
    /// `local_te.npy` where pairs have local values.
    ///
    /// # Errors
    ///
    /// `Output` when a file cannot be written.
    pub fn write_network(&self, network: &Network) -> Result<()> {
        self.file("te.csv", |out| csv::write(out, network, network.pairs.iter()))?;
        self.file("edges.csv", |out| csv::write(out, network, network.edges()))?;
        self.file("te_matrix.npy", |out| matrix::write(out, &network.matrix()))?;
        self.file("network.graphml", |out| graphml::write(out, network))?;
        match matrix::local(network) {
            Some(local) => self.file("local_te.npy", |out| matrix::write(out, &local)),
            None => Ok(()),
        }
    }

    /// Draws `te_matrix` and `network`, each as `.svg` and `.png`; nothing beyond
    /// [`MAX_PICTURED`](super::MAX_PICTURED) channels, where no page could show them.
    ///
    /// # Errors
    ///
    /// `Output` when a file cannot be written.
    pub fn write_pictures(&self, network: &Network) -> Result<()> {
        for (name, scene) in picture::all(network) {
            self.file(&format!("{name}.svg"), |out| out.write_all(scene.to_svg().as_bytes()))?;
            self.file(&format!("{name}.png"), |out| scene.write_png(out))?;
        }
        Ok(())
    }

    /// Writes `summary.json`.
    ///
    /// # Errors
    ///
    /// `Output` when the file cannot be written.
    pub fn write_summary(&self, summary: &Value) -> Result<()> {
        self.file("summary.json", |out| {
            serde_json::to_writer_pretty(&mut *out, summary)?;
            out.write_all(b"\n")
        })
    }

    /// Puts everything written in place and says where it is.
    ///
    /// One rename where the target is new; one exchange of directories where it stands, after which files of other
    /// names are carried over. A target that cannot be exchanged (a mount point, the current directory) has its files
    /// replaced one by one, the summary last.
    ///
    /// # Errors
    ///
    /// `Output` when the file system refuses; what stood at the target then stands there still.
    pub fn commit(self) -> Result<PathBuf> {
        place::commit(self.target, self.staging)
    }

    /// Writes one file; the disk has it when this returns.
    fn file(&self, name: &str, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
        debug_assert!(FILES.contains(&name));
        let written = || {
            let mut out = BufWriter::new(File::create(self.staging.path().join(name))?);
            write(&mut out)?;
            out.into_inner()?.sync_data()
        };
        written().map_err(|error| {
            Error::output(&self.target.path.join(name), format!("cannot be written: {error}{}", mend(&error)))
        })
    }
}

fn mend(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room or choose another directory",
        _ => "",
    }
}

/// The names in a directory that are not ours.
fn foreign(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !FILES.iter().any(|ours| entry.file_name() == *ours) {
            others.push(entry.path());
        }
    }
    Ok(others)
}

#[cfg(test)]
mod tests;
