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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occupancy::{ComputeCapability, GpuProperties};

    fn hopper() -> KernelTuner {
        let capability = ComputeCapability { major: 9, minor: 0 };
        KernelTuner::of(GpuProperties::published("NVIDIA H200", capability, 132).unwrap()).unwrap()
    }

    fn above_half(registers: u32, shared: SharedMemory) -> Vec<RecommendedConfig> {
        match hopper().recommended_configurations(registers, shared).unwrap() {
            Recommendation::AboveHalf(launches) => launches,
            Recommendation::BestBelow(best) => panic!("only {best:?}"),
        }
    }

    #[test]
    fn the_best_comes_first_and_of_equals_the_smaller_block() {
        let launches = above_half(32, SharedMemory::PerBlock(0));
        let key = |l: &RecommendedConfig| (l.occupancy.active_warps_per_sm, std::cmp::Reverse(l.config.block_size));
        assert!(launches.windows(2).all(|pair| key(&pair[0]) > key(&pair[1])));
        assert_eq!((launches[0].config.block_size, launches[0].occupancy.occupancy), (64, 1.0));
        assert!(launches.iter().all(|launch| launch.occupancy.occupancy > 0.5));
        assert!(!launches.iter().any(|launch| launch.config.block_size == 32), "32 blocks of a warp are one half");
    }

    #[test]
    fn a_launch_fills_the_gpu_once() {
        let best = above_half(32, SharedMemory::PerBlock(0))[0];
        assert_eq!((best.config.grid_size, best.occupancy.waves, best.occupancy.tail_blocks), (32 * 132, 1.0, 0));
    }

    #[test]
    fn shared_memory_of_threads_grows_with_the_block() {
        let launches = above_half(32, SharedMemory::PerThread(100));
        assert!(launches.iter().all(|l| l.config.shared_memory == 100 * l.config.block_size));
        let of_block = above_half(32, SharedMemory::PerBlock(24_000));
        assert_eq!(of_block[0].config.shared_memory, 24_000);
        assert_ne!(launches[0].config.block_size, of_block[0].config.block_size);
    }

    #[test]
    fn without_one_above_half_the_best_is_said_to_be_below() {
        let recommended = hopper().recommended_configurations(128, SharedMemory::PerBlock(0)).unwrap();
        let Recommendation::BestBelow(best) = recommended else { panic!("{recommended:?}") };
        assert_eq!((best.config.block_size, best.occupancy.active_warps_per_sm), (32, 16));
    }

    #[test]
    fn what_no_block_can_have_is_refused() {
        let refused = hopper().recommended_configurations(32, SharedMemory::PerBlock(300_000)).unwrap_err();
        let message = "occupancy: `shared_memory` must be 0 to 232448 bytes a block, got 300000";
        assert_eq!(refused.to_string(), message);
        assert!(hopper().recommended_configurations(256, SharedMemory::PerThread(4)).is_err());
    }
}
