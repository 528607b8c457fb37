//! What a log of allocations says, and what other memory would have made of it.

use crate::exit::Usage;
use crate::output;
use anyhow::Result;
use bytesize::ByteSize;
use prism_device::memory::{Arena, Replayed, Report, Tracked, counted, replay};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(clap::Subcommand)]
pub enum MemoryCommand {
    /// Ask a pool, or a device without one, again for what a log of --memory-log says
    Replay(Replay),
}

#[derive(clap::Args)]
pub struct Replay {
    /// The log
    log: PathBuf,
    /// The memory of the device that is imagined
    #[arg(long, value_name = "BYTES", default_value = "80GiB")]
    capacity: ByteSize,
    /// The most that is taken of it [default: all]
    #[arg(long, value_name = "BYTES")]
    memory_limit: Option<ByteSize>,
    /// Every allocation is the device's, without a pool
    #[arg(long)]
    no_memory_pool: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl MemoryCommand {
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Replay(replay) => replay.run(),
        }
    }
}

impl Replay {
    fn run(&self) -> Result<()> {
        let unusable = |fault: String| Usage(format!("{}: {fault}", self.log.display()));
        let text = std::fs::read_to_string(&self.log).map_err(|error| unusable(error.to_string()))?;
        let arena = Arc::new(Arena::of(self.capacity.as_u64()));
        let source = Arc::new(Tracked::over(arena.clone()));
        let limit = self.memory_limit.map(|limit| limit.as_u64());
        let stack = counted(source.clone(), arena, limit, !self.no_memory_pool);
        let replayed = replay(&text, &stack).map_err(unusable)?;
        self.print(replayed, &Report { asked: stack.statistics(), source: source.statistics() })
    }

    fn print(&self, replayed: Replayed, report: &Report) -> Result<()> {
        let Replayed { allocations, refusals, left } = replayed;
        if self.json {
            let mut object = report.to_json();
            object["left_at_the_end"] = left.into();
            return output::print_json(&object);
        }
        let Report { asked, source } = report;
        let size = |bytes: u64| ByteSize(bytes).to_string();
        let sizes = asked.top_sizes.iter().take(5).map(|(bytes, times)| format!("{times} × {}", name_of(*bytes)));
        let mut text = format!(
            "requests       {allocations} granted, {refusals} refused, {left} never given back\n\
             from device    {} allocations: {:.2} % of the requests were served again\n\
             held at most   {} of {} taken\n\
             sizes          {}\n",
            source.allocations,
            100.0 * report.reuse(),
            size(asked.most_held),
            size(source.most_held),
            sizes.collect::<Vec<_>>().join(", ")
        );
        text.extend(asked.advice().iter().map(|advice| format!("advice         {advice}\n")));
        output::print(&text)
    }
}

/// A class of sizes as users read it.
fn name_of(bytes: u64) -> String {
    if bytes == 0 { "more than 16 MiB".into() } else { ByteSize(bytes).to_string() }
}
