//! `prism-ai kernels`: the catalogue from the command line.

mod bench;
mod describe;
mod documentation;
mod list;
mod npy;
mod record;
mod run;
mod timing;
mod validate;

use crate::exit::Usage;
use anyhow::Result;
use clap::Subcommand;
use prism_device::{Dtype, Entry, Operation};
use prism_kernels::catalogue;

/// What to do with the catalogue.
#[derive(Subcommand)]
pub enum Command {
    /// Lists every operation with its family, its element types, where it is proven and what it computes
    List(list::Args),
    /// Says what an operation computes, what it takes and what it returns
    Describe(describe::Args),
    /// Compares kernels with their references; records what the device said
    Validate(validate::Args),
    /// Times kernels at the catalogue's own sizes
    Bench(bench::Args),
    /// Runs one operation on files
    Run(run::Args),
}

/// Does it.
///
/// # Errors
/// An unknown operation, a device that is not there, a kernel that misses its tolerance.
pub fn run(command: &Command) -> Result<()> {
    match command {
        Command::List(args) => list::run(args),
        Command::Describe(args) => describe::run(args),
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

/// The names of element types.
fn names(types: &[Dtype]) -> Vec<&'static str> {
    types.iter().map(|t| t.name()).collect()
}

/// The operation of that name, or the kernel as one.
fn operation(name: &str) -> Result<Operation> {
    prism_ai::catalogue::operation(name)
        .ok_or_else(|| Usage(format!("no operation `{name}`; `prism-ai kernels list` shows them")).into())
}

fn find(name: &str) -> Result<&'static Entry> {
    let Some(entry) = catalogue::find(name) else {
        return Err(Usage(format!("no kernel `{name}`; `prism-ai kernels list` shows them")).into());
    };
    Ok(entry)
}
