//! Copies in, kernels and copies out, each of another chunk at the same time.

use super::parcel::{Buffers, Inbound, Lane, Mark};
use super::{Flow, PinnedMemoryPool};
use crate::{Device, Error, ErrorKind, Result};
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{ScopedJoinHandle, scope};

/// Chunks between the host's threads: one is filled while one is taken.
const WAITING: usize = 1;

/// Three streams of a device: while a chunk is computed, the next comes in and the one before goes out.
///
/// Chunks come from pinned memory and go to it. At most `depth` are on the device at a time, so that a job of any length
/// needs the memory of a few chunks; who makes chunks too fast waits, and so does who takes them too slowly make others
/// wait. On the CPU it does one thing after another.
pub struct Pipeline {
    inward: Lane,
    computing: Lane,
    outward: Lane,
    pool: PinnedMemoryPool,
    depth: usize,
}

/// A chunk on the device.
///
/// When it is let go in the middle, the copies are waited for before the buffers go.
struct Aboard<C: Inbound, O: Buffers> {
    copying: O::Copying,
    /// What the copy in reads.
    _kept: C::Kept,
    inputs: C::Buffers,
    outputs: O,
    /// The begins and ends of the three stages.
    marks: [[Mark; 2]; 3],
}

impl Pipeline {
    /// A pipeline whose kernels run on this device, with three chunks on it at a time.
    ///
    /// # Errors
    /// The device has no more streams.
    pub fn over(device: &Device) -> Result<Self> {
        let lane = || device.on_new_stream().map(Lane);
        let (inward, computing, outward) = (lane()?, Lane(device.clone()), lane()?);
        Ok(Self { inward, computing, outward, pool: PinnedMemoryPool::of(device), depth: 3 })
    }

    /// With so many chunks on the device at a time; one at least.
    #[must_use]
    pub fn with_depth(self, depth: usize) -> Self {
        Self { depth: depth.max(1), ..self }
    }

    /// Where its pinned memory comes from; who makes chunks takes them there too.
    pub fn pool(&self) -> &PinnedMemoryPool {
        &self.pool
    }

    /// Takes every chunk of `source` through `compute` to `sink`, in order. The source is asked and the sink called on
    /// threads of their own; `compute` asks for kernels on the pipeline's device and returns what they write.
    ///
    /// # Errors
    /// The first that the source, `compute`, the sink or the device reports, or `Cancelled` when `is_cancelled` says so
    /// before the last chunk is asked for. What was on the way then is let go, and the sink has seen the chunks before.
    pub fn run<C: Inbound, O: Buffers, E: From<Error> + Send>(
        &self,
        source: impl Iterator<Item = Result<C, E>> + Send,
        mut compute: impl FnMut(&C::Buffers) -> Result<O, E>,
        sink: impl FnMut(O::Host) -> Result<(), E> + Send,
        is_cancelled: impl Fn() -> bool,
    ) -> Result<Flow, E> {
        scope(|scope| {
            let (chunks, filled) = sync_channel(WAITING);
            let (done, results) = sync_channel(WAITING);
            scope.spawn(move || fill(source, &chunks));
            let emptied = scope.spawn(move || results.iter().try_for_each(sink));
            let driven = self.drive(filled, &mut compute, &done, is_cancelled);
            drop(done);
            joined(emptied)?;
            driven
        })
    }

    /// Asks for the stages of each chunk. A sink that is gone has failed, and says so itself.
    fn drive<C: Inbound, O: Buffers, E: From<Error>>(
        &self,
        filled: Receiver<Result<C, E>>,
        compute: &mut impl FnMut(&C::Buffers) -> Result<O, E>,
        done: &SyncSender<O::Host>,
        is_cancelled: impl Fn() -> bool,
    ) -> Result<Flow, E> {
        let (mut flow, mut aboard, mut begin) = (Flow::default(), VecDeque::new(), None);
        let mut land = |chunk: Aboard<C, O>| -> Result<bool> {
            let host = self.land(chunk, &mut flow, &mut begin)?;
            Ok(done.send(host).is_ok())
        };
        for chunk in filled {
            if is_cancelled() {
                return Err(Error::from(ErrorKind::Cancelled).into());
            }
            if aboard.len() == self.depth && !land(aboard.pop_front().expect("it is not empty"))? {
                return Ok(flow);
            }
            aboard.push_back(self.board(chunk?, compute)?);
        }
        for chunk in aboard {
            if !land(chunk)? {
                break;
            }
        }
        Ok(flow)
    }

    fn board<C: Inbound, O: Buffers, E: From<Error>>(
        &self,
        chunk: C,
        compute: &mut impl FnMut(&C::Buffers) -> Result<O, E>,
    ) -> Result<Aboard<C, O>, E> {
        let (inward, computing, outward) = (&self.inward, &self.computing, &self.outward);
        let sending = inward.mark()?;
        let (inputs, kept) = chunk.send(inward)?;
        let sent = inward.mark()?;
        let inputs = inputs.handed_to(computing)?;
        let starting = computing.mark()?;
        let outputs = compute(&inputs)?.handed_to(computing)?;
        let computed = computing.mark()?;
        outward.after(&computed)?;
        let fetching = outward.mark()?;
        let copying = outputs.fetch(outward, &self.pool)?;
        let fetched = outward.mark()?;
        let marks = [[sending, sent], [starting, computed], [fetching, fetched]];
        Ok(Aboard { copying, _kept: kept, inputs, outputs, marks })
    }

    /// Waits for a chunk; the first says when all began. Its memory goes back to the lanes that take it again, which need not
    /// wait: its work is done.
    fn land<C: Inbound, O: Buffers>(
        &self,
        chunk: Aboard<C, O>,
        flow: &mut Flow,
        begin: &mut Option<Mark>,
    ) -> Result<O::Host> {
        let host = O::wait(chunk.copying)?;
        let [[sending, sent], [starting, computed], [fetching, fetched]] = chunk.marks;
        flow.chunks += 1;
        flow.bytes_in += chunk.inputs.bytes();
        flow.bytes_out += chunk.outputs.bytes();
        flow.uploading += sent.since(&sending)?;
        flow.computing += computed.since(&starting)?;
        flow.downloading += fetched.since(&fetching)?;
        flow.seconds = fetched.since(begin.get_or_insert(sending))?;
        drop(chunk.inputs.returned_to(&self.inward));
        drop(chunk.outputs.returned_to(&self.computing));
        Ok(host)
    }
}

/// Hands on what the source makes, to the first error or until nobody takes it.
fn fill<C, E>(source: impl Iterator<Item = Result<C, E>>, chunks: &SyncSender<Result<C, E>>) {
    for chunk in source {
        let is_last = chunk.is_err();
        if chunks.send(chunk).is_err() || is_last {
            break;
        }
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
