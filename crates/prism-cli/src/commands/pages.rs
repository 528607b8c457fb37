//! Completions and manual pages, from the same definitions as the help.

use crate::cli::Cli;
use crate::output;
use anyhow::Result;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use clap_complete::Shell;

const NAME: &str = "prism-ai";

/// Prints the script.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  prism-ai completions bash > ~/.local/share/bash-completion/completions/prism-ai")]
pub struct Completions {
    /// Shell that completes
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(&self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), NAME, &mut script);
        output::print_bytes(&script)
    }
}

/// Prints the page.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  prism-ai man transfer-entropy > prism-ai-transfer-entropy.1")]
pub struct Man {
    /// Command the page is about [default: the program]
    #[arg(value_parser = commands())]
    command: Option<String>,
}

fn commands() -> PossibleValuesParser {
    let main = PossibleValue::new("transfer-entropy").alias("te");
    let others = ["mi", "cmi", "entropy", "kernels", "completions"].map(PossibleValue::new);
    std::iter::once(main).chain(others).collect::<Vec<_>>().into()
}

impl Man {
    /// Prints the page.
    pub fn run(&self) -> Result<()> {
        let mut page = Vec::new();
        clap_mangen::Man::new(self.page()).render(&mut page)?;
        output::print_bytes(&page)
    }

    fn page(&self) -> Command {
        let program = Cli::command();
        match self.command.as_deref().and_then(|name| program.find_subcommand(name)) {
            Some(command) => {
                let name = format!("{NAME}-{}", command.get_name());
                command.clone().name(name.clone()).display_name(name).version(env!("CARGO_PKG_VERSION"))
            }
            None => program,
        }
    }
}
