//! The command `prism-ai`.

mod kernels;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Transfer-entropy networks from time series, on one GPU or on a CPU.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The catalogue of kernels: list, validate, time or run them.
    #[command(subcommand)]
    Kernels(kernels::Command),
}

fn main() -> ExitCode {
    let Command::Kernels(command) = Cli::parse().command;
    match kernels::run(&command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            kernels::exit_code(&error)
        }
    }
}
