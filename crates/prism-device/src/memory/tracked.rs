//! Counts what is allocated: how much, how often, for whom, and how much of it a pool could serve again.

use super::classes::{CLASSES, LARGEST_CLASS, class, rounded, size};
use super::holder::HOLDERS;
use super::{Block, Holder, Memory, Request, Shortage, Standing, StreamId, passes_on};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// A source whose use is counted.
pub struct Tracked<M> {
    source: M,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    refusals: AtomicU64,
    held: AtomicU64,
    most_held: AtomicU64,
    classes: Vec<OfClass>,
    holders: Vec<AtomicI64>,
}

/// What was asked for of one size; the last is of all that are larger than any class.
#[derive(Default)]
struct OfClass {
    /// Blocks that are live, of which [`LIVE`] bits can tell 16 million, and above them how often one was allocated: one word,
    /// so that one step counts both.
    counted: AtomicU64,
    most_live: AtomicU64,
}

const LIVE: u32 = 24;

impl OfClass {
    fn up(&self) {
        let before = self.counted.fetch_add((1 << LIVE) + 1, Relaxed);
        raise(&self.most_live, (before + 1) % (1 << LIVE));
    }

    fn down(&self) {
        self.counted.fetch_sub(1, Relaxed);
    }

    fn allocations(&self) -> u64 {
        self.counted.load(Relaxed) >> LIVE
    }

    fn live(&self) -> u64 {
        self.counted.load(Relaxed) % (1 << LIVE)
    }
}

/// Most of the time there is nothing to write.
fn raise(most: &AtomicU64, now: u64) {
    if now > most.load(Relaxed) {
        most.fetch_max(now, Relaxed);
    }
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
        let counts = Counts { classes, holders, ..Counts::default() };
        Self { source, counts }
    }

    /// What was counted so far.
    pub fn statistics(&self) -> Statistics {
        let counts = &self.counts;
        let sum = |of: fn(&OfClass) -> u64| counts.classes.iter().map(of).sum::<u64>();
        let allocations = sum(OfClass::allocations);
        // Of a size, as many blocks are new as live at a time; all others met one that was freed before.
        let new = sum(|class| class.most_live.load(Relaxed));
        Statistics {
            allocations,
            refusals: counts.refusals.load(Relaxed),
            frees: allocations - sum(OfClass::live),
            held: counts.held.load(Relaxed),
            most_held: counts.most_held.load(Relaxed),
            reuse: if allocations == 0 { 0.0 } else { (allocations - new) as f64 / allocations as f64 },
            standing: self.source.standing(),
            top_sizes: self.top_sizes(),
            top_holders: self.top_holders(),
        }
    }

    fn top_sizes(&self) -> Vec<(u64, u64)> {
        let sizes = (0..=CLASSES).map(|class| if class == CLASSES { 0 } else { size(class) });
        let asked = self.counts.classes.iter().map(OfClass::allocations);
        let mut sizes: Vec<(u64, u64)> = sizes.zip(asked).filter(|(_, times)| *times > 0).collect();
        sizes.sort_by_key(|(size, times)| (std::cmp::Reverse(*times), *size));
        sizes
    }

    /// Who holds how many bytes, the most first.
    pub fn top_holders(&self) -> Vec<(&'static str, u64)> {
        let held: Vec<u64> = self.counts.holders.iter().map(|held| held.load(Relaxed).max(0) as u64).collect();
        // What nobody is named for is what the named do not hold.
        let unnamed = self.counts.held.load(Relaxed).saturating_sub(held.iter().sum());
        let all = std::iter::once(unnamed).chain(held.into_iter().skip(1)).enumerate();
        let mut holders: Vec<_> =
            all.filter(|(_, held)| *held > 0).map(|(at, held)| (Holder::at(at).name(), held)).collect();
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
        self.of_class(block.bytes).up();
        raise(&counts.most_held, counts.held.fetch_add(block.bytes, Relaxed) + block.bytes);
        if block.holder != Holder::default() {
            counts.holders[block.holder.index()].fetch_add(block.bytes as i64, Relaxed);
        }
        Ok(block)
    }

    fn free(&self, block: Block, stream: StreamId) {
        let counts = &self.counts;
        counts.held.fetch_sub(block.bytes, Relaxed);
        if block.holder != Holder::default() {
            counts.holders[block.holder.index()].fetch_sub(block.bytes as i64, Relaxed);
        }
        self.of_class(block.bytes).down();
        self.source.free(block, stream);
    }

    passes_on!(self => self.source);
}
