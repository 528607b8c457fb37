//! What a computation works with, and how much is said about it.

use super::Place;
use super::parse::count;
use crate::{interrupt, output};
use anyhow::{Context, Result};
use prism_ai::transfer_entropy::Estimator;
use prism_device::{DeviceChoice, Taken};

/// More threads than any machine has cores; a slip of the finger is refused before they are started.
const MOST_THREADS: usize = 4096;

#[derive(clap::Args)]
#[command(next_help_heading = "Computation")]
pub struct Compute {
    #[command(flatten)]
    place: Place,

    /// Processor cores to use [default: all]
    #[arg(long, value_name = "N", value_parser = count::<usize>, allow_negative_numbers = true)]
    threads: Option<usize>,

    /// Say nothing but errors and results
    #[arg(long, short)]
    pub quiet: bool,
}

impl Compute {
    /// Listens for Ctrl-C, prepares the cores and opens the device for an estimator.
    pub fn open(&self, estimator: Estimator) -> Result<Taken> {
        interrupt::listen()?;
        if let Some(threads) = self.threads {
            start(threads)?;
        }
        if self.place.device == DeviceChoice::Auto && !estimator.has_neighbours() {
            return Ok(Taken::cpu(format!("the {estimator} estimator runs there only")));
        }
        self.place.open()
    }

    /// Ends the work on a device.
    pub fn close(&self, taken: &Taken) -> Result<()> {
        self.place.close(&taken.device)
    }

    /// Says on stderr which device works and what the user should know.
    pub fn announce(&self, taken: &Taken, warnings: &[String]) {
        self.say(&format!("device: {taken}"));
        for warning in warnings {
            self.say(&format!("warning: {warning}"));
        }
    }

    /// Says a line on stderr, unless asked to be quiet.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            output::say(line);
        }
    }
}

/// Starts the threads that all work is shared among.
fn start(threads: usize) -> Result<()> {
    if !(1..=MOST_THREADS).contains(&threads) {
        let what = format!("{threads} is not between 1 and {MOST_THREADS}; leave it out for one a core");
        return Err(prism_ai::Error::setting("--threads", what).into());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("--threads")
}
