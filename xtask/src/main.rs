//! Builds the committed kernel artifacts and scaffolds new kernels.

mod artifacts;
mod nvcc;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compiles the kernels whose source changed and writes their PTX and the manifest.
    Kernels {
        /// Compiles every kernel afresh and fails when a committed artifact differs.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Kernels { check: false } => artifacts::update(),
        Task::Kernels { check: true } => artifacts::check(),
    }
}
