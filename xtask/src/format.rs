//! The CUDA sources in the form `.clang-format` describes.

use crate::wheels::{install, run};
use anyhow::Result;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The formatter; another version breaks lines elsewhere.
const WHEEL: &str = "clang-format==18.1.8";

/// Formats every `.cu` and `.cuh`, or fails when one is not formatted.
pub fn run_on(root: &Path, check: bool) -> Result<()> {
    let program = root.join(".tools/bin/clang-format");
    if !program.exists() {
        install(&root.join(".tools"), &[WHEEL])?;
    }
    let kernels = root.join("crates/prism-kernels");
    let files = [kernels.join("src"), kernels.join("cuda")].iter().map(|f| sources(f)).collect::<Result<Vec<_>>>()?;
    let mode: &[&str] = if check { &["--dry-run", "-Werror"] } else { &["-i"] };
    run(Command::new(program).args(mode).args(files.concat())).map(drop)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if [Some(OsStr::new("cu")), Some(OsStr::new("cuh"))].contains(&path.extension()) {
            found.push(path);
        }
    }
    Ok(found)
}
