//! The launches compared.

use prism_device::occupancy::{GpuProperties, KernelConfig, KernelTuner};

/// One launch.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub registers: u32,
    pub block_size: u32,
    pub shared_memory: u32,
}

/// One thread, one less than a warp and one more, and all whole warps.
pub fn block_sizes(gpu: &GpuProperties) -> Vec<u32> {
    let warps = (1..=gpu.max_threads_per_block / 32).map(|warps| 32 * warps);
    [1, 31, 33].into_iter().chain(warps).collect()
}

/// Every KiB and the byte after it, and odd sizes between, to the most that a block can ask for.
pub fn shared_sizes(gpu: &GpuProperties) -> impl Iterator<Item = u32> + use<> {
    (0..=gpu.shared_memory_per_block_optin).filter(|bytes| bytes % 1024 <= 1 || bytes % 1361 == 0)
}

/// The blocks calculated; 0 for a launch that is refused.
pub fn calculated(tuner: &KernelTuner, point: Point) -> u32 {
    let Point { registers, block_size, shared_memory } = point;
    let config = KernelConfig { block_size, grid_size: 1, shared_memory, registers_per_thread: registers };
    tuner.calculate_occupancy(&config).map_or(0, |info| info.active_blocks_per_sm)
}
