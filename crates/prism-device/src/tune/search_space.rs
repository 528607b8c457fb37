//! The launches of a kernel that takes any block size and any number of items a thread.

use super::{Candidate, Space};
use crate::occupancy::KernelConfig;
use crate::{ErrorKind, Result};
use std::ops::RangeInclusive;

/// Items that a thread may take.
const ITEMS: [u32; 4] = [1, 2, 4, 8];

/// Bytes of shared memory that a thread may have: the words of its items.
const SHARED_BYTES: [u32; 4] = [0, 4, 8, 16];

/// Shared memory that every device gives a block without being asked, in bytes.
const UNASKED: u32 = 48 * 1024;

/// The launches to choose from, for a kernel over `workload_size` items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchSpace {
    /// Items of work.
    pub workload_size: u64,
    /// The fewest threads of a block.
    pub min_block_size: u32,
    /// The most threads of a block.
    pub max_block_size: u32,
    /// Whether candidates with shared memory are spanned too: 4, 8 and 16 bytes a thread.
    pub use_shared_memory: bool,
    /// Registers of a thread as the compiler reports them; 0 when not known.
    pub registers_per_thread: u32,
    /// Threads of a block of the default: the nearest block size there is.
    pub default_block_size: u32,
}

impl SearchSpace {
    /// Block sizes from a warp to what any device takes, the default at 256 threads, without shared memory.
    pub fn new(workload_size: u64) -> Self {
        Self {
            workload_size,
            min_block_size: 32,
            max_block_size: 1024,
            use_shared_memory: false,
            registers_per_thread: 0,
            default_block_size: 256,
        }
    }

    /// The candidates: block sizes that are powers of two, one, two, four or eight items a thread and, when wanted,
    /// shared memory up to 48 KiB; the default first. Its axes are `block`, `items` and `shared`.
    ///
    /// # Errors
    /// `Parameter` when a size is not one, no power of two lies between the block sizes, or the grid has too many blocks.
    pub fn span(&self) -> Result<Space> {
        let blocks = self.blocks()?;
        let distance = |block: &u32| block.ilog2().abs_diff(self.default_block_size.max(1).ilog2());
        let default = blocks.iter().copied().min_by_key(distance).unwrap_or_default();
        let mut candidates = vec![self.candidate(default, 1, 0)?];
        for &block in &blocks {
            for items in ITEMS {
                for &bytes in if self.use_shared_memory { &SHARED_BYTES[..] } else { &SHARED_BYTES[..1] } {
                    if bytes * block <= UNASKED && (block, items, bytes) != (default, 1, 0) {
                        candidates.push(self.candidate(block, items, bytes)?);
                    }
                }
            }
        }
        Space::new(&["block", "items", "shared"], candidates)
    }

    fn candidate(&self, block: u32, items: u32, bytes: u32) -> Result<Candidate> {
        let grid = self.workload_size.div_ceil(u64::from(block) * u64::from(items));
        let most = i32::MAX as u64 * u64::from(block);
        let grid_size = u32::try_from(grid).ok().filter(|&blocks| i32::try_from(blocks).is_ok());
        let grid_size = grid_size.ok_or_else(|| {
            wrong("workload_size", format!("at most {most} in blocks of {block}"), self.workload_size)
        })?;
        let registers_per_thread = self.registers_per_thread;
        let config = KernelConfig { block_size: block, grid_size, shared_memory: bytes * block, registers_per_thread };
        Ok(Candidate { values: vec![block, items, bytes], config })
    }

    fn blocks(&self) -> Result<Vec<u32>> {
        let (min, max) = (self.min_block_size, self.max_block_size);
        if self.workload_size == 0 {
            return Err(wrong("workload_size", "at least 1".into(), 0u32));
        }
        within("min_block_size", min, 1..=1024)?;
        within("max_block_size", max, min..=1024)?;
        let blocks: Vec<u32> = (0..=10).map(|power| 1 << power).filter(|block| (min..=max).contains(block)).collect();
        if blocks.is_empty() {
            return Err(wrong(
                "max_block_size",
                format!("{} or more, the next power of two", min.next_power_of_two()),
                max,
            ));
        }
        Ok(blocks)
    }
}

fn within(parameter: &'static str, got: u32, range: RangeInclusive<u32>) -> Result<()> {
    if range.contains(&got) {
        return Ok(());
    }
    Err(wrong(parameter, format!("from {} to {}", range.start(), range.end()), got))
}

fn wrong(parameter: &'static str, expected: String, got: impl Into<u64>) -> crate::Error {
    ErrorKind::Parameter { operation: "SearchSpace", parameter, expected, got: got.into().to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_comes_first_and_every_launch_covers_the_work() {
        let space = SearchSpace { use_shared_memory: true, ..SearchSpace::new(1_000_003) }.span().unwrap();
        assert_eq!(space.name(0), "block=256 items=1 shared=0");
        assert_eq!(space.candidates().len(), 6 * 4 * 4);
        for Candidate { values, config } in space.candidates() {
            let items = u64::from(config.block_size) * u64::from(values[1]);
            let blocks = u64::from(config.grid_size);
            assert!(blocks * items >= 1_000_003 && (blocks - 1) * items < 1_000_003, "{config:?}");
            assert_eq!(config.shared_memory, values[2] * config.block_size);
        }
    }

    #[test]
    fn the_default_is_the_nearest_block_there_is() {
        let default = |min, max| {
            let space = SearchSpace { min_block_size: min, max_block_size: max, ..SearchSpace::new(9) };
            space.span().unwrap().candidates()[0].config.block_size
        };
        assert_eq!([default(512, 1024), default(32, 128), default(100, 700)], [512, 128, 256]);
    }

    #[test]
    fn what_cannot_be_spanned_is_named() {
        let said = |space: SearchSpace| space.span().unwrap_err().to_string();
        let space = SearchSpace::new(1000);
        assert_eq!(said(SearchSpace::new(0)), "SearchSpace: `workload_size` must be at least 1, got 0");
        assert!(
            said(SearchSpace { min_block_size: 0, ..space })
                .ends_with("`min_block_size` must be from 1 to 1024, got 0")
        );
        assert!(
            said(SearchSpace { max_block_size: 31, ..space })
                .ends_with("`max_block_size` must be from 32 to 1024, got 31")
        );
        assert!(said(SearchSpace { max_block_size: 2048, ..space }).ends_with("from 32 to 1024, got 2048"));
        let between = SearchSpace { min_block_size: 65, max_block_size: 100, ..space };
        assert!(said(between).ends_with("128 or more, the next power of two, got 100"));
        assert!(said(SearchSpace::new(u64::MAX)).contains("in blocks of 256, got 18446744073709551615"));
    }
}
