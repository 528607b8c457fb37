//! Occupancy of one launch: each resource of a multiprocessor allows a number of blocks; the least is held.

use super::GpuProperties;
use super::architecture::{Architecture, MAX_REGISTERS_PER_THREAD, PARTITIONS, REGISTER_UNIT};
use crate::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// A launch, as far as occupancy depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KernelConfig {
    /// Threads of a block.
    pub block_size: u32,
    /// Blocks of the launch.
    pub grid_size: u32,
    /// Shared memory of a block in bytes, declared and dynamic together.
    pub shared_memory: u32,
    /// Registers of a thread, as the compiler or the loaded function reports them; in a space to search 0 where not known.
    pub registers_per_thread: u32,
}

/// What stops a multiprocessor from holding more blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitingFactor {
    /// Its warps.
    Warps,
    /// The number of its blocks.
    Blocks,
    /// Its registers.
    Registers,
    /// Its shared memory.
    SharedMemory,
}

/// How a launch fills a GPU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OccupancyInfo {
    /// Warps that a multiprocessor holds at once, as a share of the most it can hold.
    pub occupancy: f64,
    /// Blocks that a multiprocessor holds at once.
    pub active_blocks_per_sm: u32,
    /// Warps that a multiprocessor holds at once.
    pub active_warps_per_sm: u32,
    /// The most warps that a multiprocessor can hold.
    pub max_warps_per_sm: u32,
    /// The resource that allows the fewest blocks. Of several, the first in the order of [`LimitingFactor`]: to need
    /// less of the later ones would gain nothing.
    pub limiting_factor: LimitingFactor,
    /// The blocks of the launch over those that the whole GPU holds at once.
    pub waves: f64,
    /// The blocks of the last wave if they do not fill the GPU, else 0.
    pub tail_blocks: u32,
}

/// The occupancy of a launch that may have all shared memory of a multiprocessor.
///
/// # Errors
/// `Parameter` for a launch that the GPU refuses, `Unsupported` for one whose block fits no multiprocessor.
pub(super) fn calculate(
    gpu: &GpuProperties,
    architecture: &Architecture,
    config: &KernelConfig,
) -> Result<OccupancyInfo> {
    judge(gpu, config)?;
    let warps = config.block_size.div_ceil(gpu.warp_size);
    let limits = [
        (gpu.max_warps_per_multiprocessor() / warps, LimitingFactor::Warps),
        (gpu.max_blocks_per_multiprocessor, LimitingFactor::Blocks),
        (warps_by_registers(gpu, config.registers_per_thread) / warps, LimitingFactor::Registers),
        (blocks_by_shared_memory(gpu, architecture, config.shared_memory), LimitingFactor::SharedMemory),
    ];
    let (blocks, limiting_factor) = limits.into_iter().min_by_key(|limit| limit.0).expect("there are four limits");
    if blocks == 0 {
        let what = format!(
            "a block of {} threads: a multiprocessor of {} lacks the {limiting_factor}",
            config.block_size, gpu.name
        );
        return Err(ErrorKind::Unsupported { what }.into());
    }
    let at_once = u64::from(blocks) * u64::from(gpu.multiprocessors);
    Ok(OccupancyInfo {
        occupancy: f64::from(blocks * warps) / f64::from(gpu.max_warps_per_multiprocessor()),
        active_blocks_per_sm: blocks,
        active_warps_per_sm: blocks * warps,
        max_warps_per_sm: gpu.max_warps_per_multiprocessor(),
        limiting_factor,
        waves: f64::from(config.grid_size) / at_once as f64,
        tail_blocks: (u64::from(config.grid_size) % at_once) as u32,
    })
}

/// The blocks whose shared memory fits, with what the driver keeps of each.
fn blocks_by_shared_memory(gpu: &GpuProperties, architecture: &Architecture, bytes: u32) -> u32 {
    let unit = architecture.shared_memory_unit;
    let of_block = bytes.saturating_add(gpu.reserved_shared_memory_per_block).div_ceil(unit);
    (gpu.shared_memory_per_multiprocessor / unit).checked_div(of_block).unwrap_or(u32::MAX)
}

/// The warps whose registers fit: each part of the multiprocessor holds whole warps.
fn warps_by_registers(gpu: &GpuProperties, registers_per_thread: u32) -> u32 {
    let of_warp = (registers_per_thread * gpu.warp_size).next_multiple_of(REGISTER_UNIT);
    gpu.registers_per_multiprocessor / PARTITIONS / of_warp * PARTITIONS
}

/// The most registers of a thread with which a block can start: the hardware counts the block's warps as if every
/// part of the multiprocessor took the same number of them.
fn most_registers(gpu: &GpuProperties, block_size: u32) -> u32 {
    let warps = block_size.div_ceil(gpu.warp_size).next_multiple_of(PARTITIONS);
    let of_warp = gpu.registers_per_block / warps / REGISTER_UNIT * REGISTER_UNIT;
    MAX_REGISTERS_PER_THREAD.min(of_warp / gpu.warp_size)
}

/// Refuses what the GPU would refuse, each resource by name and with how much there is.
fn judge(gpu: &GpuProperties, config: &KernelConfig) -> Result<()> {
    let &KernelConfig { block_size, grid_size, shared_memory, registers_per_thread } = config;
    within("block_size", block_size, 1..=gpu.max_threads_per_block, "threads")?;
    within("grid_size", grid_size, 1..=i32::MAX as u32, "blocks")?;
    let registers = gpu.registers_per_block;
    let of_block = format_args!("in a block of {block_size} threads, which has at most {registers} registers");
    within("registers_per_thread", registers_per_thread, 1..=most_registers(gpu, block_size), of_block)?;
    within("shared_memory", shared_memory, 0..=gpu.shared_memory_per_block_optin, "bytes a block")
}

fn within(parameter: &'static str, got: u32, fit: RangeInclusive<u32>, of: impl fmt::Display) -> Result<()> {
    if fit.contains(&got) {
        return Ok(());
    }
    let expected = format!("{} to {} {of}", fit.start(), fit.end());
    Err(ErrorKind::Parameter { operation: "occupancy", parameter, expected, got: got.to_string() }.into())
}

impl fmt::Display for LimitingFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warps => "warps",
            Self::Blocks => "blocks",
            Self::Registers => "registers",
            Self::SharedMemory => "shared memory",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occupancy::{ComputeCapability, KernelTuner};

    const FITS: KernelConfig =
        KernelConfig { block_size: 256, grid_size: 1, shared_memory: 0, registers_per_thread: 32 };

    fn hopper() -> GpuProperties {
        GpuProperties::published("NVIDIA H200", ComputeCapability { major: 9, minor: 0 }, 132).unwrap()
    }

    fn refusal(gpu: GpuProperties, config: KernelConfig) -> String {
        KernelTuner::of(gpu).and_then(|tuner| tuner.calculate_occupancy(&config)).unwrap_err().to_string()
    }

    #[test]
    fn refuses_by_the_resource_and_how_much_there_is() {
        let cases = [
            (KernelConfig { block_size: 0, ..FITS }, "`block_size` must be 1 to 1024 threads, got 0"),
            (KernelConfig { block_size: 1025, ..FITS }, "`block_size` must be 1 to 1024 threads, got 1025"),
            (KernelConfig { grid_size: 0, ..FITS }, "`grid_size` must be 1 to 2147483647 blocks, got 0"),
            (
                KernelConfig { registers_per_thread: 0, ..FITS },
                "`registers_per_thread` must be 1 to 255 in a block of 256 threads, which has at most 65536 registers, got 0",
            ),
            (
                KernelConfig { block_size: 288, registers_per_thread: 176, ..FITS },
                "`registers_per_thread` must be 1 to 168 in a block of 288 threads, which has at most 65536 registers, got 176",
            ),
            (
                KernelConfig { block_size: 32, registers_per_thread: 256, ..FITS },
                "`registers_per_thread` must be 1 to 255 in a block of 32 threads, which has at most 65536 registers, got 256",
            ),
            (
                KernelConfig { shared_memory: 232_449, ..FITS },
                "`shared_memory` must be 0 to 232448 bytes a block, got 232449",
            ),
        ];
        for (config, message) in cases {
            assert_eq!(refusal(hopper(), config), format!("occupancy: {message}"));
        }
    }

    #[test]
    fn refuses_a_gpu_that_is_none() {
        let no_warp = GpuProperties { warp_size: 0, ..hopper() };
        assert_eq!(refusal(no_warp, FITS), "occupancy: `warp_size` must be 32, got 0");
        let empty = GpuProperties { multiprocessors: 0, ..hopper() };
        assert_eq!(refusal(empty, FITS), "occupancy: `multiprocessors` must be at least 1, got 0");
        let small = GpuProperties { max_threads_per_multiprocessor: 128, ..hopper() };
        let lacks = "unsupported: a block of 256 threads: a multiprocessor of NVIDIA H200 lacks the warps";
        assert_eq!(refusal(small, FITS), lacks);
    }

    #[test]
    fn refuses_an_architecture_whose_units_are_unknown() {
        let pascal = GpuProperties { compute_capability: ComputeCapability { major: 6, minor: 1 }, ..hopper() };
        let known = "7.0, 7.2, 7.5, 8.0, 8.6, 8.7, 8.9, 9.0, 10.0, 10.3, 11.0, 12.0";
        let message = format!("unsupported: the occupancy of compute capability 6.1; known are {known}");
        assert_eq!(refusal(pascal, FITS), message);
    }

    #[test]
    fn names_the_first_of_the_resources_that_limit_alike() {
        let tuner = KernelTuner::of(hopper()).unwrap();
        let info = tuner.calculate_occupancy(&FITS).unwrap();
        assert_eq!((info.active_blocks_per_sm, info.occupancy), (8, 1.0));
        assert_eq!(info.limiting_factor, LimitingFactor::Warps, "registers allow eight blocks too");
    }
}
