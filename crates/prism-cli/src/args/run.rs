//! Where the work is done, and how much is said about it.

use super::parse::count;
use crate::{interrupt, output};
use anyhow::{Context, Result};
use clap::builder::{StringValueParser, TypedValueParser};
use prism_ai::transfer_entropy::Estimator;
use prism_device::{Device, DeviceChoice, ErrorKind};

#[derive(clap::Args)]
#[command(next_help_heading = "Computation")]
pub struct Compute {
    /// auto, cpu, cuda or cuda:N; auto takes a GPU when there is one
    #[arg(long, value_name = "DEVICE", default_value_t = DeviceChoice::Auto, value_parser = device())]
    device: DeviceChoice,

    /// Processor cores to use [default: all]
    #[arg(long, value_name = "N", value_parser = count::<usize>, allow_negative_numbers = true)]
    threads: Option<usize>,

    /// Say nothing but errors and results
    #[arg(long, short)]
    pub quiet: bool,
}

/// The device taken, and why when it was not the user who chose.
pub struct Taken {
    /// The device.
    pub device: Device,
    reason: Option<String>,
}

impl Compute {
    /// Listens for Ctrl-C, prepares the cores and opens the device for an estimator.
    pub fn open(&self, estimator: Estimator) -> Result<Taken> {
        interrupt::listen()?;
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("--threads")?;
        }
        match self.device {
            DeviceChoice::Auto if !estimator.has_neighbours() => {
                let reason = format!("the {estimator} estimator runs there only");
                Ok(Taken { device: Device::cpu(), reason: Some(reason) })
            }
            DeviceChoice::Auto => Ok(automatic()),
            chosen => Ok(Taken { device: chosen.open()?, reason: None }),
        }
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

/// A GPU when one answers, else the CPU.
fn automatic() -> Taken {
    match Device::cuda(0) {
        Ok(device) => Taken { device, reason: None },
        Err(error) => Taken { device: Device::cpu(), reason: Some(missing(&error)) },
    }
}

fn missing(error: &prism_device::Error) -> String {
    match error.kind() {
        ErrorKind::NoDriver => "no CUDA driver".into(),
        ErrorKind::NoDevice { .. } => "no CUDA device".into(),
        _ => error.to_string(),
    }
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "{} ({reason})", self.device),
            None => write!(f, "{}", self.device),
        }
    }
}

fn device() -> impl TypedValueParser<Value = DeviceChoice> {
    StringValueParser::new().try_map(|text| text.parse::<DeviceChoice>().map_err(|_| "use auto, cpu, cuda or cuda:N"))
}
