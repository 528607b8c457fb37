//! Programs installed from their Python wheels, at pinned versions, into a folder of the workspace.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Installs `wheels` into the virtual environment `folder`, making it first where there is none.
pub fn install(folder: &Path, wheels: &[&str]) -> Result<()> {
    eprintln!("installing {} into {}", wheels.join(" "), folder.display());
    if !folder.join("bin/pip").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    run(Command::new(folder.join("bin/pip")).args(["install", "--quiet"]).args(wheels)).map(drop)
}

/// Runs a command; its standard error when it succeeds, an error with it when not.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{}", command.get_program().display()))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("{} failed:\n{}{said}", command.get_program().display(), String::from_utf8_lossy(&output.stdout));
    }
    Ok(said)
}
