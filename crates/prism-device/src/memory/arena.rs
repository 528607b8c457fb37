//! A range of addresses without a device: what stacks are tested on and logs are replayed in.

use super::classes::GRAIN;
use super::{Block, Memory, Order, Request, Shortage, Standing, StreamId};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Addresses handed out first fit; its streams have no work, so there is nothing to order.
pub struct Arena {
    first: u64,
    capacity: u64,
    held: Mutex<BTreeMap<u64, u64>>,
}

impl Arena {
    /// An arena of so many bytes, from address 256 on.
    pub fn of(capacity: u64) -> Self {
        Self::at(GRAIN, capacity)
    }

    /// An arena of so many bytes, from an address on that is a multiple of 256.
    pub fn at(first: u64, capacity: u64) -> Self {
        Self { first, capacity, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<u64, u64>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The free ranges, in order.
    fn gaps(&self, held: &BTreeMap<u64, u64>) -> Vec<(u64, u64)> {
        let ends = std::iter::once(self.first).chain(held.iter().map(|(address, bytes)| address + bytes));
        let starts = held.keys().copied().chain(std::iter::once(self.first + self.capacity));
        ends.zip(starts).map(|(from, to)| (from, to - from)).filter(|(_, bytes)| *bytes > 0).collect()
    }
}

impl Memory for Arena {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let bytes = request.bytes.max(1).next_multiple_of(GRAIN);
        let mut held = self.held();
        let gaps = self.gaps(&held);
        let Some((address, _)) = gaps.iter().copied().find(|(_, gap)| *gap >= bytes) else {
            let (free, largest_free) = sizes(&gaps);
            return Err(Shortage { requested: request.bytes, free, largest_free, limit: None, fault: None });
        };
        held.insert(address, bytes);
        Ok(Block { address, bytes, holder: request.holder })
    }

    /// # Panics
    /// The block is not one that it gave and has not taken back.
    fn free(&self, block: Block, _: StreamId) {
        let bytes = self.held().remove(&block.address);
        assert_eq!(bytes, Some(block.bytes), "{block:?} is held");
    }

    fn trim(&self) -> u64 {
        0
    }

    fn standing(&self) -> Standing {
        let (free, largest_free) = sizes(&self.gaps(&self.held()));
        Standing { reserved: self.capacity, free, largest_free }
    }

    fn available(&self) -> u64 {
        self.standing().free
    }

    fn blocks_join(&self) -> bool {
        true
    }
}

impl Order for Arena {
    fn order(&self, _: StreamId, _: StreamId) {}
}

/// The sum of gaps and the largest.
fn sizes(gaps: &[(u64, u64)]) -> (u64, u64) {
    (gaps.iter().map(|(_, bytes)| bytes).sum(), gaps.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0))
}
