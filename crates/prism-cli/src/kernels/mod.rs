//! `prism-ai kernels`: the catalogue from the command line.

mod bench;
mod list;
mod npy;
mod run;
mod validate;

use crate::exit::Usage;
use anyhow::Result;
use clap::Subcommand;
use prism_device::Entry;
use prism_kernels::catalogue;

/// What to do with the catalogue.
#[derive(Subcommand)]
pub enum Command {
    /// Lists every kernel with its family, its compiled form and what it computes
    List(list::Args),
    /// Compares kernels with their references; records what the device said
    Validate(validate::Args),
    /// Times kernels at the catalogue's own sizes
    Bench(bench::Args),
    /// Runs one kernel on files
    Run(run::Args),
}

/// Does it.
///
/// # Errors
/// An unknown kernel, a device that is not there, a kernel that misses its tolerance.
pub fn run(command: &Command) -> Result<()> {
    match command {
        Command::List(args) => list::run(args),
        Command::Validate(args) => validate::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Run(args) => run::run(args),
    }
}

/// The kernels of those names, or all of them.
fn chosen(names: &[String]) -> Result<Vec<&'static Entry>> {
    if names.is_empty() {
        return Ok(catalogue::kernels().collect());
    }
    names.iter().map(|name| find(name)).collect()
}

fn find(name: &str) -> Result<&'static Entry> {
    let Some(entry) = catalogue::find(name) else {
        return Err(Usage(format!("no kernel `{name}`; `prism-ai kernels list` shows them")).into());
    };
    Ok(entry)
}
