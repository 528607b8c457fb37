//! Completions and manual pages, from the same definitions as the help.

use crate::cli::Cli;
use crate::exit::Usage;
use crate::output;
use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::path::{Path, PathBuf};
use std::{fs, io};

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

/// Prints a page, or writes all.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  prism-ai man kernels run | man -l -\n  prism-ai man --out ~/.local/share/man/man1"
)]
pub struct Man {
    /// Command the page is about, such as mi or kernels run [default: the program]
    command: Vec<String>,
    /// Write the pages of the program and of every command into this directory, which is made when it is missing
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

impl Man {
    /// Prints the page, or writes all.
    pub fn run(&self) -> Result<()> {
        let mut program = Cli::command().disable_help_subcommand(true);
        program.build();
        match &self.out {
            Some(directory) => write(&program, directory),
            None => output::print_bytes(&page(self.find(&program)?)),
        }
    }

    fn find<'a>(&self, program: &'a Command) -> Result<&'a Command> {
        self.command.iter().try_fold(program, |command, name| {
            command.find_subcommand(name).ok_or_else(|| unknown(command, name).into())
        })
    }
}

fn unknown(command: &Command, name: &str) -> Usage {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Usage(format!("`{}` has no command `{name}`; it has {known}", command.get_bin_name().unwrap_or(NAME)))
}

/// Writes the page of `command` and those of all under it.
fn write(command: &Command, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(|error| refused(directory, &error))?;
    let file = directory.join(format!("{}.1", title(command)));
    fs::write(&file, page(command)).map_err(|error| refused(&file, &error))?;
    command.get_subcommands().try_for_each(|command| write(command, directory))
}

fn refused(path: &Path, error: &io::Error) -> prism_ai::Error {
    prism_ai::Error::output(path, format!("cannot be written: {error}; choose another directory"))
}

/// The name of a page: `prism-ai-kernels-run`.
fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or(NAME)
}

fn page(command: &Command) -> Vec<u8> {
    let mut page = Vec::new();
    let version = format!("{NAME} {}", env!("CARGO_PKG_VERSION"));
    let rendered = clap_mangen::Man::new(command.clone()).source(version).render(&mut page);
    rendered.expect("memory takes whatever is written");
    page
}
