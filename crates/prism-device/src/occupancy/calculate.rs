//! Occupancy of one launch: each resource of a multiprocessor allows a number of blocks; the least is held.

use super::GpuProperties;
use super::architecture::{Architecture, MAX_REGISTERS_PER_THREAD, PARTITIONS, REGISTER_UNIT};
use crate::{ErrorKind, Result};
use std::fmt;

/// A launch, as far as occupancy depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KernelConfig {
    /// Threads of a block.
    pub block_size: u32,
    /// Blocks of the launch.
    pub grid_size: u32,
    /// Shared memory of a block in bytes, declared and dynamic together.
    pub shared_memory: u32,
    /// Registers of a thread, as the compiler or the loaded function reports them.
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

/// The occupancy of `config` on a GPU whose shared memory is left to the driver, the default: it then counts all that
/// a multiprocessor has.
///
/// # Errors
/// `Parameter` for a launch that the GPU refuses.
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
    let threads = gpu.max_threads_per_block;
    within("block_size", config.block_size, 1, threads, "threads of a block")?;
    within("grid_size", config.grid_size, 1, i32::MAX as u32, "blocks of a launch")?;
    let registers = most_registers(gpu, config.block_size);
    let of_block =
        format!("registers of a thread in a block of {} ({} a block)", config.block_size, gpu.registers_per_block);
    within("registers_per_thread", config.registers_per_thread, 1, registers, &of_block)?;
    let shared = gpu.shared_memory_per_block_optin;
    within("shared_memory", config.shared_memory, 0, shared, "bytes of shared memory of a block")
}

fn within(parameter: &'static str, got: u32, least: u32, most: u32, of: &str) -> Result<()> {
    if (least..=most).contains(&got) {
        return Ok(());
    }
    let expected = format!("{least} to {most} {of}");
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
