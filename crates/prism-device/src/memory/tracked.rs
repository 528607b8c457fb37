//! Counts what is allocated: how much, how often, for whom, and how much of it a pool could serve again.

use super::classes::{CLASSES, LARGEST_CLASS, class, rounded, size};
use super::holder::HOLDERS;
use super::{Block, Holder, Memory, Request, Shortage, Standing, StreamId};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// A source whose use is counted.
pub struct Tracked<M> {
    source: M,
    counts: Counts,
}

struct Counts {
    allocations: AtomicU64,
    refusals: AtomicU64,
    frees: AtomicU64,
    held: AtomicU64,
    most_held: AtomicU64,
    /// Allocations that found memory of their size freed before.
    reusable: AtomicU64,
    classes: Vec<OfClass>,
    holders: Vec<AtomicI64>,
}

/// What was asked for of one size; the last is of all that are larger than any class.
#[derive(Default)]
struct OfClass {
    allocations: AtomicU64,
    spare: AtomicI64,
}

/// What was counted so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    /// Requests that were granted.
    pub allocations: u64,
    /// Requests that were refused.
    pub refusals: u64,
    /// Blocks that were given back.
    pub frees: u64,
    /// Bytes that are held now.
    pub held: u64,
    /// The most bytes that were held at a time.
    pub most_held: u64,
    /// The share of allocations for which memory of their size had been freed before: what a pool can serve again.
    pub reuse: f64,
    /// What the source has, and how much of it nobody holds.
    pub standing: Standing,
    /// The sizes most often asked for, in bytes as they are granted, and how often; 0 stands for all beyond 16 MiB.
    pub top_sizes: Vec<(u64, u64)>,
    /// Who holds how many bytes, the most first.
    pub top_holders: Vec<(&'static str, u64)>,
}

impl<M: Memory> Tracked<M> {
    /// Counts what is allocated of a source from now on.
    pub fn over(source: M) -> Self {
        let classes = (0..=CLASSES).map(|_| OfClass::default()).collect();
        let holders = (0..HOLDERS).map(|_| AtomicI64::new(0)).collect();
        let [allocations, refusals, frees, held, most_held, reusable] = [(); 6].map(|()| AtomicU64::new(0));
        Self { source, counts: Counts { allocations, refusals, frees, held, most_held, reusable, classes, holders } }
    }

    /// What it is over.
    pub fn source(&self) -> &M {
        &self.source
    }

    /// What was counted so far.
    pub fn statistics(&self) -> Statistics {
        let counts = &self.counts;
        let [allocations, refusals, frees] =
            [&counts.allocations, &counts.refusals, &counts.frees].map(|count| count.load(Relaxed));
        let reusable = counts.reusable.load(Relaxed);
        let sizes = (0..=CLASSES).map(|class| if class == CLASSES { 0 } else { size(class) });
        let mut top_sizes: Vec<(u64, u64)> =
            sizes.zip(counts.classes.iter().map(|c| c.allocations.load(Relaxed))).filter(|(_, n)| *n > 0).collect();
        top_sizes.sort_by_key(|(size, n)| (std::cmp::Reverse(*n), *size));
        Statistics {
            allocations,
            refusals,
            frees,
            held: counts.held.load(Relaxed),
            most_held: counts.most_held.load(Relaxed),
            reuse: if allocations == 0 { 0.0 } else { reusable as f64 / allocations as f64 },
            standing: self.source.standing(),
            top_sizes,
            top_holders: self.top_holders(),
        }
    }

    fn top_holders(&self) -> Vec<(&'static str, u64)> {
        let held = self.counts.holders.iter().map(|held| held.load(Relaxed));
        let named = held.enumerate().filter(|(_, held)| *held > 0);
        let mut holders: Vec<_> = named.map(|(at, held)| (Holder::at(at).name(), held as u64)).collect();
        holders.sort_by_key(|(name, held)| (std::cmp::Reverse(*held), *name));
        holders
    }

    fn of_class(&self, bytes: u64) -> &OfClass {
        let rounded = rounded(bytes);
        &self.counts.classes[if rounded > LARGEST_CLASS { CLASSES } else { class(rounded) }]
    }
}

impl<M: Memory> Memory for Tracked<M> {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let counts = &self.counts;
        let block = self.source.allocate(request).inspect_err(|_| {
            counts.refusals.fetch_add(1, Relaxed);
        })?;
        let class = self.of_class(block.bytes);
        counts.allocations.fetch_add(1, Relaxed);
        class.allocations.fetch_add(1, Relaxed);
        if class.spare.fetch_update(Relaxed, Relaxed, |spare| (spare > 0).then(|| spare - 1)).is_ok() {
            counts.reusable.fetch_add(1, Relaxed);
        }
        let held = counts.held.fetch_add(block.bytes, Relaxed) + block.bytes;
        counts.most_held.fetch_max(held, Relaxed);
        counts.holders[block.holder.index()].fetch_add(block.bytes as i64, Relaxed);
        Ok(block)
    }

    fn free(&self, block: Block, stream: StreamId) {
        let counts = &self.counts;
        counts.frees.fetch_add(1, Relaxed);
        counts.held.fetch_sub(block.bytes, Relaxed);
        counts.holders[block.holder.index()].fetch_sub(block.bytes as i64, Relaxed);
        self.of_class(block.bytes).spare.fetch_add(1, Relaxed);
        self.source.free(block, stream);
    }

    fn trim(&self) -> u64 {
        self.source.trim()
    }

    fn standing(&self) -> Standing {
        self.source.standing()
    }

    fn blocks_join(&self) -> bool {
        self.source.blocks_join()
    }
}
