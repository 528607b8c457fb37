//! Keeps what is given back, and hands it out again without asking the source.
//!
//! Each stream has its own bins, one for each class of sizes: what is freed on a stream goes to its bin and serves the next
//! request of that class there, in order and without waiting. What no bin has is cut from the heap of joined pieces; a piece
//! that other streams may still use is handed over by letting the new stream wait for them. Only when bins and heap together
//! have nothing is the source asked, for a growing share of what it gave before.

use super::classes::{CLASSES, LARGEST_CLASS, PAGE, class, rounded, size};
use super::heap::{Heap, Piece, Users};
use super::{Block, Memory, Order, Request, Shortage, Standing, StreamId};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the source is asked for at least, as a share of what it gave already, and at most.
const GROWTH: u64 = 4;
const MOST_GROWTH: u64 = 1 << 30;

/// Blocks beyond any class that a stream keeps apart.
const LARGE_KEPT: usize = 16;

/// A pool over a source, for streams that `order` can order.
pub struct Pool<M: Memory, O: Order> {
    source: M,
    order: O,
    lanes: Vec<Lane>,
    state: Mutex<State>,
}

/// What was freed on one stream and is not joined yet: addresses by class. On cache lines of its own.
#[repr(align(128))]
struct Lane(Mutex<Bins>);

#[derive(Default)]
struct Bins {
    of_class: Vec<Vec<u64>>,
    /// Sizes and addresses of the last few that are beyond any class.
    large: Vec<(u64, u64)>,
}

/// What all streams share.
#[derive(Default)]
struct State {
    heap: Heap,
    /// The blocks of the source, by address.
    chunks: BTreeMap<u64, Block>,
    reserved: u64,
}

impl<M: Memory, O: Order> Pool<M, O> {
    /// A pool that has nothing yet.
    pub fn over(source: M, order: O) -> Self {
        let bins = || Bins { of_class: vec![Vec::new(); CLASSES], large: Vec::new() };
        let lanes = StreamId::all().map(|_| Lane(Mutex::new(bins()))).collect();
        Self { source, order, lanes, state: Mutex::default() }
    }

    fn bins(&self, stream: StreamId) -> MutexGuard<'_, Bins> {
        self.lanes[stream.number()].0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A piece from the heap, after what is in bins joined it if need be, of this stream first.
    fn cut(&self, state: &mut State, bytes: u64, stream: StreamId) -> Option<Piece> {
        if let Some(piece) = state.heap.take(bytes, stream) {
            return Some(piece);
        }
        self.join(state, stream);
        if let Some(piece) = state.heap.take(bytes, stream) {
            return Some(piece);
        }
        self.join_all(state);
        state.heap.take(bytes, stream)
    }

    /// Moves what is in a stream's bins to the heap.
    fn join(&self, state: &mut State, stream: StreamId) {
        let mut bins = self.bins(stream);
        let mut give = |bytes, address| state.heap.give(Piece { address, bytes, users: Users::only(stream) });
        for (bytes, addresses) in (0..CLASSES).map(size).zip(&mut bins.of_class) {
            addresses.drain(..).for_each(|address| give(bytes, address));
        }
        bins.large.drain(..).for_each(|(bytes, address)| give(bytes, address));
    }

    fn join_all(&self, state: &mut State) {
        StreamId::all().for_each(|stream| self.join(state, stream));
    }

    /// Takes a block from the source: a large one, else whole pages, else no more than asked for.
    fn grow(&self, state: &mut State, request: Request, bytes: u64) -> Result<(), Shortage> {
        let pages = bytes.next_multiple_of(PAGE);
        let share = (state.reserved / GROWTH).min(MOST_GROWTH).next_multiple_of(PAGE);
        let ask = |bytes| self.source.allocate(Request { bytes, ..request });
        let chunk = ask(pages.max(share)).or_else(|_| ask(pages)).or_else(|_| ask(bytes))?;
        if !self.source.blocks_join() {
            state.heap.seam(chunk.address);
        }
        // What the source had in use before is in order on the stream it was asked for, and on no other.
        let users = Users::only(request.stream);
        state.heap.give(Piece { address: chunk.address, bytes: chunk.bytes, users });
        state.reserved += chunk.bytes;
        state.chunks.insert(chunk.address, chunk);
        Ok(())
    }

    /// Gives whole blocks of which nothing is held back to the source.
    fn release(&self, state: &mut State) -> u64 {
        self.join_all(state);
        let heap = &mut state.heap;
        let unused = state.chunks.extract_if(.., |address, chunk| match heap.cut(*address, chunk.bytes) {
            Some(users) => {
                // The source gets it on the stream it gave it for, after all others.
                users.without(HOME).for_each(|user| self.order.order(user, HOME));
                true
            }
            None => false,
        });
        let mut released = 0;
        for (_, chunk) in unused {
            released += chunk.bytes;
            self.source.free(chunk, HOME);
        }
        state.reserved -= released;
        released
    }
}

impl Bins {
    fn take(&mut self, bytes: u64) -> Option<u64> {
        if bytes <= LARGEST_CLASS {
            return self.of_class[class(bytes)].pop();
        }
        let at = self.large.iter().rposition(|(size, _)| *size == bytes)?;
        Some(self.large.swap_remove(at).1)
    }

    /// Whether there is room for it.
    fn keep(&mut self, bytes: u64, address: u64) -> bool {
        if bytes <= LARGEST_CLASS {
            self.of_class[class(bytes)].push(address);
            return true;
        }
        let has_room = self.large.len() < LARGE_KEPT;
        if has_room {
            self.large.push((bytes, address));
        }
        has_room
    }
}

impl State {
    /// What the source refused, and what lies here besides.
    fn shortage(&self, refused: Shortage, requested: u64) -> Shortage {
        let (free, largest_free) = self.heap.free();
        let (free, largest_free) = (free + refused.free, largest_free.max(refused.largest_free));
        Shortage { requested, free, largest_free, ..refused }
    }
}

/// The stream on which blocks go back to the source.
const HOME: StreamId = StreamId(0);

impl<M: Memory, O: Order> Memory for Pool<M, O> {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let Request { stream, holder, .. } = request;
        let bytes = rounded(request.bytes);
        if let Some(address) = self.bins(stream).take(bytes) {
            return Ok(Block { address, bytes, holder });
        }
        let mut state = self.state();
        let mut piece = self.cut(&mut state, bytes, stream);
        if piece.is_none() {
            if let Err(refused) = self.grow(&mut state, request, bytes) {
                // Whole blocks that nobody holds may make room for one that is larger than each.
                self.release(&mut state);
                self.grow(&mut state, request, bytes).map_err(|_| state.shortage(refused, request.bytes))?;
            }
            piece = state.heap.take(bytes, stream);
        }
        let piece = piece.expect("the source gave as much");
        piece.users.without(stream).for_each(|user| self.order.order(user, stream));
        Ok(Block { address: piece.address, bytes, holder })
    }

    fn free(&self, block: Block, stream: StreamId) {
        let Block { address, bytes, .. } = block;
        if !self.bins(stream).keep(bytes, address) {
            self.state().heap.give(Piece { address, bytes, users: Users::only(stream) });
        }
    }

    fn trim(&self) -> u64 {
        let released = self.release(&mut self.state());
        self.source.trim();
        released
    }

    /// Joins what is in bins first, so that the largest piece is known.
    fn standing(&self) -> Standing {
        let mut state = self.state();
        self.join_all(&mut state);
        let (free, largest_free) = state.heap.free();
        Standing { reserved: state.reserved, free, largest_free }
    }

    fn available(&self) -> u64 {
        self.standing().free + self.source.available()
    }
}

impl<M: Memory, O: Order> Drop for Pool<M, O> {
    fn drop(&mut self) {
        self.trim();
    }
}
