//! The commands and what each one runs; help, completions and manual pages are printed from here.

use crate::commands::{
    BenchCommand, Cmi, Completions, Devices, Entropy, Man, MemoryCommand, Mi, TransferEntropy, Tune,
};
use crate::kernels;
use anyhow::Result;
use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Parser, Subcommand};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER: &str = "\
Examples:
  prism-ai transfer-entropy recording.csv --out result
  prism-ai mi recording.csv --x temperature --y pressure

Exit codes:
  0 done, 2 bad usage or input, 3 no such device, 4 out of memory, 5 contract broken, 130 interrupted,
  1 anything else

`prism-ai COMMAND --help` lists the options of a command.";

/// Transfer-entropy networks from time series, on one GPU or on a CPU
#[derive(Parser)]
#[command(name = "prism-ai", version, styles = STYLES, after_help = AFTER, max_term_width = 110, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Network of significant directed information flow between the channels of a recording
    #[command(visible_alias = "te")]
    TransferEntropy(TransferEntropy),
    /// Mutual information of two variables
    Mi(Mi),
    /// Mutual information of two variables, given a third
    Cmi(Cmi),
    /// Entropy of a variable
    Entropy(Entropy),
    /// Devices of this machine, as --device names them
    Devices(Devices),
    /// Kernels of the catalogue: list, validate, time or run them
    #[command(subcommand)]
    Kernels(kernels::Command),
    /// Logs of GPU memory: replay one against a pool
    #[command(subcommand)]
    Memory(MemoryCommand),
    /// The fastest block size of kernels, found by measurement and remembered
    Tune(Tune),
    /// What the runtime costs
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Script that completes commands and options in a shell
    Completions(Completions),
    /// Manual pages, to be read by man
    Man(Man),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::TransferEntropy(args) => args.run(),
            Command::Mi(args) => args.run(),
            Command::Cmi(args) => args.run(),
            Command::Entropy(args) => args.run(),
            Command::Devices(args) => args.run(),
            Command::Kernels(command) => kernels::run(&command),
            Command::Memory(command) => command.run(),
            Command::Tune(args) => args.run(),
            Command::Bench(command) => command.run(),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn definitions_are_sound() {
        Cli::command().debug_assert();
    }
}
