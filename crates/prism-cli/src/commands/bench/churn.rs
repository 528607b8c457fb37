//! Random requests and returns of memory, by many threads at once.

use super::figures::Figures;
use anyhow::{Result, bail};
use prism_device::memory::{Block, Holder, Memory, Request, Standing, StreamId, Tracked};
use prism_device::philox::Philox;
use serde_json::json;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Instant;

const STREAMS: usize = 8;

/// Measures what one of them costs, and what is left when all is given back.
pub fn measure(memory: &dyn Memory, operations: u64, figures: &mut Figures) -> Result<()> {
    let (nanoseconds, standing) = churn(memory, operations, None);
    let fragmentation = standing.fragmentation();
    let line = format!(
        "churn of {operations} on {STREAMS} streams  {nanoseconds:.0} ns each  fragmentation {:.1} % after a trim",
        100.0 * fragmentation
    );
    let more = json!({ "operations": operations, "streams": STREAMS, "reserved_after_trim": standing.reserved });
    figures.group("memory", &[("churn_ns", nanoseconds), ("fragmentation", fragmentation)], &line, more)
}

/// A request of a stream.
pub fn request(bytes: u64, stream: usize) -> Request {
    let stream = StreamId::of(stream).expect("few streams");
    Request { bytes, stream, holder: Holder::default() }
}

/// The same churn where it can be seen whether two hold the same bytes, and whether some are lost.
pub fn check(host: &Tracked<impl Memory>, operations: u64) -> Result<()> {
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
