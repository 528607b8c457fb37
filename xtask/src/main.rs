//! Builds the committed kernel artifacts, scaffolds new kernels, judges the dependencies.

mod artifacts;
mod compile;
mod dependencies;
mod format;
mod new;
mod nvcc;
mod unproven;
mod wheels;

use clap::{Parser, Subcommand};
use std::env;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compiles the kernels whose source changed and writes their PTX, each with what it was compiled from.
    Kernels {
        /// Compiles every kernel afresh and fails when a committed artifact differs.
        #[arg(long)]
        check: bool,
    },
    /// Writes a new kernel, already failing its test: its two files, and its place in the family's list.
    New {
        /// FAMILY/KERNEL, for instance knn/count for the kernel `knn_count`.
        kernel: String,
    },
    /// Names the kernels that no GPU has validated in their current compiled form.
    Unproven {
        /// Fails when there is one.
        #[arg(long)]
        deny: bool,
    },
    /// Formats the CUDA sources.
    Format {
        /// Changes nothing; fails when a file is not formatted.
        #[arg(long)]
        check: bool,
    },
    /// Holds the licences and sources of all dependencies against deny.toml.
    Dependencies,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Kernels { check: false } => artifacts::update(),
        Task::Kernels { check: true } => artifacts::check(),
        Task::New { kernel } => new::write(&root(), &kernel),
        Task::Unproven { deny } => unproven::print(&root(), deny),
        Task::Format { check } => format::run_on(&root(), check),
        Task::Dependencies => dependencies::judge(&root()),
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let manifest = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().expect("xtask lies in the workspace").to_owned()
}
