//! The command `prism-ai`.

mod args;
mod cli;
mod commands;
mod exit;
mod interrupt;
mod kernels;
mod output;
mod progress;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("error: {error:#}"));
            exit::code(&error)
        }
    }
}
