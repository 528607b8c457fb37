//! What the runtime itself costs.

use crate::args::Place;
use crate::output;
use anyhow::{Result, bail};
use prism_device::memory::{Arena, Block, Holder, Memory, Pool, Request, Standing, StreamId, Tracked};
use prism_device::philox::Philox;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

#[derive(clap::Subcommand)]
pub enum BenchCommand {
    /// Memory: what an allocation costs the host, and a churn of them on many streams
    Runtime(Runtime),
}

#[derive(clap::Args)]
pub struct Runtime {
    #[command(flatten)]
    place: Place,
    /// Requests and returns of the churn, over 8 threads with a stream each
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    operations: u64,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Pairs of an allocation and its return that are timed together: a clock costs as much as one.
const TOGETHER: u32 = 16;
const SAMPLES: usize = 20_000;
const SIZES: [u64; 4] = [256, 64 << 10, 1 << 20, 64 << 20];
const STREAMS: usize = 8;

impl BenchCommand {
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Runtime(runtime) => runtime.run(),
        }
    }
}

impl Runtime {
    fn run(&self) -> Result<()> {
        let taken = self.place.open()?;
        let arena = Arc::new(Arena::of(4 << 30));
        let host = Tracked::over(Pool::over(arena.clone(), arena));
        let memory = taken.device.allocator().unwrap_or(&host);
        let of = if taken.device.is_cuda() { taken.to_string() } else { "addresses without a device".into() };
        if !self.json {
            output::print(&format!("memory of {of}\n"))?;
        }
        self.pairs(memory, &of)?;
        memory.trim();
        self.churn(memory, &of)?;
        checked(&host, self.operations)?;
        self.place.close(&taken.device)
    }

    fn pairs(&self, memory: &dyn Memory, of: &str) -> Result<()> {
        for bytes in SIZES {
            let times = pairs(memory, bytes)?;
            let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|share| times[(share * times.len() as f64) as usize]);
            self.say(
                &format!("allocate + free {bytes:>9} bytes  p50 {p50:>6.0} ns  p99 {p99:>6.0}  p99.9 {p999:>6.0}"),
                &json!({ "memory": of, "bytes": bytes, "p50_ns": p50, "p99_ns": p99, "p999_ns": p999 }),
            )?;
        }
        Ok(())
    }

    fn churn(&self, memory: &dyn Memory, of: &str) -> Result<()> {
        let (nanoseconds, standing) = churn(memory, self.operations, None);
        let fragmentation = standing.fragmentation();
        self.say(
            &format!(
                "churn of {} on {STREAMS} streams  {nanoseconds:.0} ns each  fragmentation {:.1} % after a trim",
                self.operations,
                100.0 * fragmentation
            ),
            &json!({ "memory": of, "operations": self.operations, "streams": STREAMS, "ns": nanoseconds,
                "reserved_after_trim": standing.reserved, "fragmentation_after_trim": fragmentation }),
        )
    }

    fn say(&self, line: &str, object: &serde_json::Value) -> Result<()> {
        if self.json { output::print_json(object) } else { output::print(&format!("{line}\n")) }
    }
}

fn request(bytes: u64, stream: usize) -> Request {
    let stream = StreamId::of(stream).expect("few streams");
    Request { bytes, stream, holder: Holder::default() }
}

/// Nanoseconds of an allocation and its return, sorted.
fn pairs(memory: &dyn Memory, bytes: u64) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(SAMPLES);
    let request = request(bytes, 0);
    for _ in 0..SAMPLES {
        let start = Instant::now();
        for _ in 0..TOGETHER {
            let Ok(block) = memory.allocate(request) else { bail!("{bytes} bytes were refused") };
            memory.free(block, request.stream);
        }
        times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(TOGETHER));
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// The same churn where it can be seen whether two hold the same bytes, and whether some are lost.
fn checked(host: &Tracked<impl Memory>, operations: u64) -> Result<()> {
    let marks = Marks::of(host);
    let (_, left) = churn(host, operations, Some(&marks));
    let (shared, lost) = (marks.shared.into_inner(), host.statistics().held + left.reserved);
    if shared + lost > 0 {
        bail!("the pool gave {shared} × 256 bytes to two holders and lost {lost} bytes");
    }
    Ok(())
}

/// Who holds each 256 bytes of an arena: found out where two do.
struct Marks {
    granules: Vec<AtomicU8>,
    shared: AtomicU64,
}

impl Marks {
    const GRANULE: u64 = 256;

    fn of(arena: &dyn Memory) -> Self {
        let granules = (0..=arena.available() / Self::GRANULE).map(|_| AtomicU8::new(0)).collect();
        Self { granules, shared: AtomicU64::new(0) }
    }

    fn set(&self, block: &Block, from: u8, to: u8) {
        let first = block.address / Self::GRANULE;
        for granule in &self.granules[first as usize..(first + block.bytes / Self::GRANULE) as usize] {
            if granule.swap(to, Ordering::Relaxed) != from {
                self.shared.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Random requests and returns by eight threads, each on a stream of its own; nanoseconds of each in the mean, and what is
/// left when all is given back and trimmed.
fn churn(memory: &dyn Memory, operations: u64, marks: Option<&Marks>) -> (f64, Standing) {
    let start = Instant::now();
    let of_each = operations / STREAMS as u64;
    std::thread::scope(|scope| {
        for stream in 0..STREAMS {
            scope.spawn(move || {
                let mut held: Vec<Block> = Vec::with_capacity(64);
                let free = |block: Block| {
                    if let Some(marks) = marks {
                        marks.set(&block, 1, 0);
                    }
                    memory.free(block, request(0, stream).stream);
                };
                let draws = Philox::new(stream as u64, 7);
                for operation in 0..of_each {
                    let [what, size, large, which] = draws.block(operation);
                    if held.len() < 8 || (held.len() < 64 && what % 2 == 0) {
                        let bytes =
                            if large % 4096 == 0 { 32 << 20 } else { u64::from(size) % (1 << (8 + which % 11)) };
                        let Ok(block) = memory.allocate(request(bytes, stream)) else { continue };
                        if let Some(marks) = marks {
                            marks.set(&block, 0, 1);
                        }
                        held.push(block);
                    } else {
                        free(held.swap_remove(which as usize % held.len()));
                    }
                }
                held.into_iter().for_each(free);
            });
        }
    });
    let nanoseconds = start.elapsed().as_secs_f64() * 1e9 / operations as f64;
    memory.trim();
    (nanoseconds, memory.standing())
}
