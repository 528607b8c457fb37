//! `prism-ai kernels`: the catalogue from the command line.

mod bench;
mod defaults;
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
pub fn chosen(names: &[String]) -> Result<Vec<&'static Entry>> {
    if names.is_empty() {
        return Ok(catalogue::kernels().collect());
    }
    names.iter().map(|name| find(name)).collect()
}

/// The sizes of a call in words.
pub fn sizes(quantities: &[(&str, u64)]) -> String {
    quantities.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}

/// The names of element types.
fn names(types: &[Dtype]) -> Vec<&'static str> {
    types.iter().map(|t| t.name()).collect()
}

/// The operation of that name, or the kernel as one.
fn operation(name: &str) -> Result<Operation> {
    let known = || prism_ai::catalogue::operations().map(|operation| operation.name).chain(kernels());
    prism_ai::catalogue::operation(name).ok_or_else(|| missing("operation", name, known()).into())
}

fn find(name: &str) -> Result<&'static Entry> {
    catalogue::find(name).ok_or_else(|| missing("kernel", name, kernels()).into())
}

/// The names of all kernels.
fn kernels() -> impl Iterator<Item = &'static str> {
    catalogue::kernels().map(|kernel| kernel.name)
}

/// Says that nothing has a name, and which of the known ones is likest, if any is much alike.
fn missing(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Usage {
    let likeness = |known: &str| strsim::jaro_winkler(name, known);
    let like = known.filter(|known| likeness(known) > 0.8);
    let likest = like.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let hint = likest.map(|likest| format!("did you mean `{likest}`? ")).unwrap_or_default();
    Usage(format!("no {what} `{name}`; {hint}`prism-ai kernels list` shows them"))
}
