//! Where the work is done, and with how much memory.

use crate::exit::Usage;
use anyhow::{Context, Result};
use bytesize::ByteSize;
use prism_device::memory::MemorySettings;
use prism_device::tune::Tuning;
use prism_device::{Device, DeviceChoice, DeviceSettings, Taken};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Place {
    /// auto, cpu, cuda or cuda:N; auto takes a GPU when there is one
    #[arg(long, value_name = "DEVICE", default_value_t = DeviceChoice::Auto)]
    pub device: DeviceChoice,

    /// The most GPU memory to take, as 8GiB or 500MB [default: all]
    #[arg(long, value_name = "BYTES")]
    memory_limit: Option<ByteSize>,

    /// Write every allocation of GPU memory to this file, as CSV
    #[arg(long, value_name = "FILE.csv")]
    memory_log: Option<PathBuf>,

    /// Write to this file, at the end, how GPU memory was used, as `prism-ai memory replay --json` says it
    #[arg(long, value_name = "FILE.json")]
    memory_statistics: Option<PathBuf>,

    /// Ask the driver for every buffer: slow, but compute-sanitizer sees where each one ends
    #[arg(long)]
    no_memory_pool: bool,

    /// How kernels choose their block size: off (defaults), profiles (what was measured), automatic (which also measures)
    #[arg(long, value_name = "MODE", default_value_t = Tuning::Profiles)]
    tuning: Tuning,
}

impl Place {
    /// Opens the device.
    pub fn open(&self) -> Result<Taken> {
        let files = self.memory_log.is_some() || self.memory_statistics.is_some();
        if (self.memory_limit.is_some() || files || self.no_memory_pool) && self.device == DeviceChoice::Cpu {
            let what = "--memory-limit, --memory-log, --memory-statistics and --no-memory-pool are of a GPU's memory; leave \
                        them out with";
            return Err(Usage(format!("{what} --device cpu")).into());
        }
        let log = self.memory_log.as_ref().map(|path| {
            let unusable = |error| Usage(format!("--memory-log: {}: {error}", path.display()));
            let file = File::create(path).map_err(unusable)?;
            anyhow::Ok(Box::new(BufWriter::new(file)) as Box<dyn Write + Send>)
        });
        let limit = self.memory_limit.map(|limit| limit.as_u64());
        let memory = MemorySettings { limit, pooled: !self.no_memory_pool, log: log.transpose()? };
        Ok(self.device.open_with(DeviceSettings { memory, tuning: self.tuning, ..DeviceSettings::default() })?)
    }

    /// Writes out how the device's memory was used.
    pub fn close(&self, device: &Device) -> Result<()> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        device.flush_memory_log().with_context(|| path(&self.memory_log))?;
        let (Some(file), Some(report)) = (&self.memory_statistics, device.memory_report()) else { return Ok(()) };
        std::fs::write(file, format!("{}\n", report.to_json())).with_context(|| path(&self.memory_statistics))
    }
}
