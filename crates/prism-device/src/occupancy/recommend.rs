//! The block sizes that fill a multiprocessor best.

use super::{KernelConfig, KernelTuner, OccupancyInfo};
use crate::Result;

/// The shared memory of a kernel in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedMemory {
    /// The same for every block size.
    PerBlock(u32),
    /// In proportion to the block size.
    PerThread(u32),
}

/// A launch that fills every multiprocessor once, and its occupancy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecommendedConfig {
    /// The launch.
    pub config: KernelConfig,
    /// What it gives.
    pub occupancy: OccupancyInfo,
}

/// The launches worth trying. Of equal occupancies the smaller block comes first.
#[derive(Clone, Debug, PartialEq)]
pub enum Recommendation {
    /// All above an occupancy of one half, best first.
    AboveHalf(Vec<RecommendedConfig>),
    /// None is above one half; this is the best there is.
    BestBelow(RecommendedConfig),
}

impl SharedMemory {
    /// Bytes of a block; no GPU has as many as the limit of the type.
    fn of_block(self, block_size: u32) -> u32 {
        match self {
            Self::PerBlock(bytes) => bytes,
            Self::PerThread(bytes) => bytes.saturating_mul(block_size),
        }
    }
}

pub(super) fn recommend(
    tuner: &KernelTuner,
    registers_per_thread: u32,
    shared: SharedMemory,
) -> Result<Recommendation> {
    let gpu = tuner.get_properties();
    let whole_wave = |block_size| -> Result<RecommendedConfig> {
        let shared_memory = shared.of_block(block_size);
        let mut config = KernelConfig { block_size, grid_size: 1, shared_memory, registers_per_thread };
        config.grid_size = tuner.calculate_occupancy(&config)?.active_blocks_per_sm.saturating_mul(gpu.multiprocessors);
        Ok(RecommendedConfig { config, occupancy: tuner.calculate_occupancy(&config)? })
    };
    // What one warp cannot have, no block can.
    let mut launches = vec![whole_wave(gpu.warp_size)?];
    let larger = (2..=gpu.max_threads_per_block / gpu.warp_size).map(|warps| whole_wave(warps * gpu.warp_size));
    launches.extend(larger.filter_map(Result::ok));
    launches.sort_by(|a, b| b.occupancy.occupancy.total_cmp(&a.occupancy.occupancy));
    let best = launches[0];
    launches.retain(|launch| launch.occupancy.occupancy > 0.5);
    Ok(if launches.is_empty() { Recommendation::BestBelow(best) } else { Recommendation::AboveHalf(launches) })
}
