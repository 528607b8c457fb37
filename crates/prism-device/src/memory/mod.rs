//! Device memory: where it comes from, and what is stacked upon that.
//!
//! A stack is a source and adaptors over it, all of one trait, [`Memory`]: [`Pool`] keeps what is given back and cuts it
//! anew, [`Limited`] refuses what is too much, [`Tracked`] counts, [`Logged`] writes down. The source of a GPU is its driver;
//! [`Arena`] is a range of addresses without one, on which every stack is tested and logs are replayed.
//!
//! Memory is ordered by streams: a block is for work asked of its stream after `allocate`, and whoever takes it after `free`
//! works after all that was asked of the stream it was freed on.

mod advice;
mod arena;
mod classes;
mod heap;
mod holder;
mod limited;
mod logged;
mod pool;
#[cfg(test)]
mod pool_tests;
mod replay;
mod report;
#[cfg(test)]
mod simulation;
mod stack;
#[cfg(test)]
mod tests;
mod tracked;

pub use arena::Arena;
pub use holder::{Holder, held_by};
pub use limited::Limited;
pub use logged::{Event, EventKind, Logged};
pub use pool::Pool;
pub use replay::{Replayed, replay};
pub use report::Report;
pub(crate) use stack::Stack;
pub use stack::{MemorySettings, counted};
pub use tracked::{Statistics, Tracked};

use std::sync::Arc;

/// A stream of a device, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(u8);

impl StreamId {
    /// The streams that memory is kept apart for.
    pub const MOST: usize = 64;

    /// The stream of a number below [`StreamId::MOST`].
    pub fn of(number: usize) -> Option<Self> {
        (number < Self::MOST).then_some(Self(number as u8))
    }

    /// Its number.
    pub fn number(self) -> usize {
        self.0.into()
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::MOST).filter_map(Self::of)
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// At least this many bytes.
    pub bytes: u64,
    /// The stream whose work will use it first.
    pub stream: StreamId,
    /// Whom it is for.
    pub holder: Holder,
}

/// Memory that was allocated. Not to be copied: who has it gives it back once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "memory that is not freed is lost"]
pub struct Block {
    /// Its first address, a multiple of 256.
    pub address: u64,
    /// Its bytes, as many as asked for or more.
    pub bytes: u64,
    /// Whom it is for.
    pub holder: Holder,
}

/// Why there is no memory for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The bytes asked for.
    pub requested: u64,
    /// The bytes that are free, in pieces.
    pub free: u64,
    /// The largest piece.
    pub largest_free: u64,
    /// The limit, where it is one that was set.
    pub limit: Option<u64>,
    /// What the driver said, where it was something else than that there is no memory.
    pub fault: Option<String>,
}

impl std::fmt::Display for Shortage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { requested, free, largest_free, limit, .. } = self;
        write!(f, "{requested} bytes asked for, {free} free, {largest_free} of them in one piece")?;
        limit.map_or(Ok(()), |limit| write!(f, ", under a limit of {limit}"))
    }
}

/// What a stack has of its source, and how much of it nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Bytes taken from the source.
    pub reserved: u64,
    /// Bytes of these that nobody holds.
    pub free: u64,
    /// The largest piece of these.
    pub largest_free: u64,
}

impl Standing {
    /// The share of the free bytes that the largest piece is not: 0 where nothing is free.
    pub fn fragmentation(&self) -> f64 {
        if self.free == 0 { 0.0 } else { 1.0 - self.largest_free as f64 / self.free as f64 }
    }
}

/// Where memory comes from.
pub trait Memory: Send + Sync {
    /// Memory for work that is asked of the request's stream from now on.
    ///
    /// # Errors
    /// There is not so much in one piece.
    fn allocate(&self, request: Request) -> Result<Block, Shortage>;

    /// Takes back memory whose last use was asked of `stream` before.
    fn free(&self, block: Block, stream: StreamId);

    /// Gives back to the source what nobody holds; the bytes given back.
    fn trim(&self) -> u64;

    /// What is taken from the source and free.
    fn standing(&self) -> Standing;

    /// The bytes that can still be had, in pieces, of the source too.
    fn available(&self) -> u64;

    /// Whether blocks of it that touch may be used as one.
    fn blocks_join(&self) -> bool {
        false
    }
}

/// Inside `impl Memory`: all but `allocate` and `free` is what `$to` says.
macro_rules! passes_on {
    ($self:ident => $to:expr) => {
        fn trim(&$self) -> u64 {
            $to.trim()
        }

        fn standing(&$self) -> $crate::memory::Standing {
            $to.standing()
        }

        fn available(&$self) -> u64 {
            $to.available()
        }

        fn blocks_join(&$self) -> bool {
            $to.blocks_join()
        }
    };
}
use passes_on;

macro_rules! memory_behind {
    ($pointer:ident) => {
        impl<M: Memory + ?Sized> Memory for $pointer<M> {
            fn allocate(&self, request: Request) -> Result<Block, Shortage> {
                (**self).allocate(request)
            }

            fn free(&self, block: Block, stream: StreamId) {
                (**self).free(block, stream);
            }

            passes_on!(self => (**self));
        }
    };
}
memory_behind!(Arc);
memory_behind!(Box);

/// The order of work between streams.
pub trait Order: Send + Sync {
    /// Lets work asked of `later` from now on wait for all that was asked of `earlier` so far.
    fn order(&self, earlier: StreamId, later: StreamId);
}

impl<O: Order + ?Sized> Order for Arc<O> {
    fn order(&self, earlier: StreamId, later: StreamId) {
        (**self).order(earlier, later);
    }
}
