//! Refuses what would be more than a limit.

use super::{Block, Memory, Request, Shortage, Standing, StreamId};
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of which no more than a limit is held at a time: under a [`Pool`](super::Pool) a limit on what a program takes,
/// over it on what it uses.
pub struct Limited<M> {
    source: M,
    limit: u64,
    held: AtomicU64,
}

impl<M: Memory> Limited<M> {
    /// At most `limit` bytes of a source.
    pub fn over(source: M, limit: u64) -> Self {
        Self { source, limit, held: AtomicU64::new(0) }
    }

    /// The bytes that it still lets through.
    pub fn left(&self) -> u64 {
        self.limit.saturating_sub(self.held.load(Ordering::Relaxed))
    }

    fn refused(&self, request: Request, held: u64) -> Shortage {
        let Standing { free, largest_free, .. } = self.source.standing();
        let left = self.limit.saturating_sub(held);
        Shortage {
            requested: request.bytes,
            free: free.min(left),
            largest_free: largest_free.min(left),
            limit: Some(self.limit),
            fault: None,
        }
    }
}

impl<M: Memory> Memory for Limited<M> {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let take = |held: u64| held.checked_add(request.bytes).filter(|held| *held <= self.limit);
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .map_err(|held| self.refused(request, held))?;
        let granted = self.source.allocate(request).inspect_err(|_| {
            self.held.fetch_sub(request.bytes, Ordering::Relaxed);
        })?;
        // What a source rounds up counts as held, and is given back as such.
        let held = self.held.fetch_add(granted.bytes - request.bytes, Ordering::Relaxed);
        if held + granted.bytes - request.bytes > self.limit {
            let refused = self.refused(request, held - request.bytes);
            self.free(granted, request.stream);
            return Err(refused);
        }
        Ok(granted)
    }

    fn free(&self, block: Block, stream: StreamId) {
        self.held.fetch_sub(block.bytes, Ordering::Relaxed);
        self.source.free(block, stream);
    }

    fn trim(&self) -> u64 {
        self.source.trim()
    }

    fn standing(&self) -> Standing {
        let standing = self.source.standing();
        let left = self.left();
        Standing { free: standing.free.min(left), largest_free: standing.largest_free.min(left), ..standing }
    }

    fn available(&self) -> u64 {
        self.source.available().min(self.left())
    }

    fn blocks_join(&self) -> bool {
        self.source.blocks_join()
    }
}
