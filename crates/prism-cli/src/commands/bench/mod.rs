//! What the runtime itself costs, and whether that is within a contract.

mod activity;
mod churn;
mod contract;
mod figures;
mod latency;
mod pipeline;

use crate::args::Place;
use anyhow::Result;
use contract::Contract;
use figures::Figures;
use prism_device::memory::{Arena, Pool, Tracked};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(clap::Subcommand)]
pub enum BenchCommand {
    /// What an allocation, a launch, an estimate and a copy cost the host, how fast data streams through, and how busy a network
    /// keeps a GPU
    Runtime(Runtime),
}

#[derive(clap::Args)]
pub struct Runtime {
    #[command(flatten)]
    place: Place,
    /// Measurements of each latency
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// Requests and returns of the churn of memory, over 8 threads with a stream each
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    operations: u64,
    /// Compare with the contract in this file; exit code 5 when it is broken
    #[arg(long, value_name = "FILE.toml")]
    slo: Option<PathBuf>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl BenchCommand {
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Runtime(runtime) => runtime.run(),
        }
    }
}

impl Runtime {
    fn run(&self) -> Result<()> {
        // A contract that cannot be read must not come to light after a minute of measuring.
        let contract = self.slo.as_deref().map(Contract::read).transpose()?;
        let taken = self.place.open()?;
        let arena = Arc::new(Arena::of(4 << 30));
        let host = Tracked::over(Pool::over(arena.clone(), arena));
        let memory = taken.device.allocator().unwrap_or(&host);
        let mut figures = Figures::on(&taken, self.json)?;
        latency::measure(&taken.device, memory, self.samples, &mut figures)?;
        memory.trim();
        churn::measure(memory, self.operations, &mut figures)?;
        churn::check(&host, self.operations)?;
        pipeline::measure(&taken.device, &mut figures)?;
        activity::measure(&taken.device, &mut figures)?;
        self.place.close(&taken.device)?;
        contract.map_or(Ok(()), |contract| contract.judge(&figures))
    }
}
