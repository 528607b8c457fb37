//! What NVIDIA publishes of each compute capability.
//!
//! Threads, blocks and shared memory of a multiprocessor: CUDA C++ Programming Guide, "Technical Specifications per
//! Compute Capability" (7.0 and 7.2 in the editions before CUDA 13, the others in those since). Units of allocation,
//! which the driver does not report: NVIDIA's occupancy calculator.

use super::{ComputeCapability, GpuProperties};
use crate::{ErrorKind, Result};

/// Registers that a warp is given at a time.
pub(super) const REGISTER_UNIT: u32 = 256;
/// The parts of a multiprocessor, each with its share of the registers. A warp lives in one of them.
pub(super) const PARTITIONS: u32 = 4;
/// The most registers that an instruction can name.
pub(super) const MAX_REGISTERS_PER_THREAD: u32 = 255;

const KIB: u32 = 1024;

/// One row of the table.
#[derive(Debug)]
pub(super) struct Architecture {
    capability: ComputeCapability,
    threads: u32,
    blocks: u32,
    shared_memory: u32,
    reserved_shared_memory: u32,
    /// Bytes of shared memory that a block is given at a time.
    pub(super) shared_memory_unit: u32,
}

const ARCHITECTURES: [Architecture; 12] = [
    volta(0, 2048, 32, 96),
    volta(2, 2048, 32, 96),
    volta(5, 1024, 16, 64),
    ampere(8, 0, 2048, 32, 164),
    ampere(8, 6, 1536, 16, 100),
    ampere(8, 7, 1536, 16, 164),
    ampere(8, 9, 1536, 24, 100),
    ampere(9, 0, 2048, 32, 228),
    ampere(10, 0, 2048, 32, 228),
    ampere(10, 3, 2048, 32, 228),
    ampere(11, 0, 1536, 24, 228),
    ampere(12, 0, 1536, 24, 100),
];

/// Volta and Turing: a block may have all shared memory.
const fn volta(minor: u32, threads: u32, blocks: u32, shared_kib: u32) -> Architecture {
    let capability = ComputeCapability { major: 7, minor };
    let shared_memory = shared_kib * KIB;
    Architecture { capability, threads, blocks, shared_memory, reserved_shared_memory: 0, shared_memory_unit: 256 }
}

/// From Ampere on: the driver keeps 1 KiB of every block for itself.
const fn ampere(major: u32, minor: u32, threads: u32, blocks: u32, shared_kib: u32) -> Architecture {
    let capability = ComputeCapability { major, minor };
    let shared_memory = shared_kib * KIB;
    Architecture { capability, threads, blocks, shared_memory, reserved_shared_memory: KIB, shared_memory_unit: 128 }
}

/// The row of a compute capability.
///
/// # Errors
/// `Unsupported` for one that the table lacks.
pub(super) fn of(capability: ComputeCapability) -> Result<&'static Architecture> {
    ARCHITECTURES.iter().find(|row| row.capability == capability).ok_or_else(|| {
        let known = ARCHITECTURES.map(|row| row.capability.to_string()).join(", ");
        let what = format!("the occupancy of compute capability {capability}; known are {known}");
        ErrorKind::Unsupported { what }.into()
    })
}

impl GpuProperties {
    /// A GPU of `multiprocessors` with the published limits of its compute capability; clock and memory are unknown.
    ///
    /// # Errors
    /// `Unsupported` for a compute capability that is not one of 7.0, 7.2, 7.5, 8.0, 8.6, 8.7, 8.9, 9.0, 10.0, 10.3,
    /// 11.0 and 12.0.
    pub fn published(name: &str, capability: ComputeCapability, multiprocessors: u32) -> Result<Self> {
        let row = of(capability)?;
        Ok(Self {
            name: name.into(),
            compute_capability: capability,
            multiprocessors,
            warp_size: 32,
            max_threads_per_block: 1024,
            max_threads_per_multiprocessor: row.threads,
            max_blocks_per_multiprocessor: row.blocks,
            registers_per_multiprocessor: 64 * KIB,
            registers_per_block: 64 * KIB,
            shared_memory_per_multiprocessor: row.shared_memory,
            shared_memory_per_block: 48 * KIB,
            shared_memory_per_block_optin: row.shared_memory - row.reserved_shared_memory,
            reserved_shared_memory_per_block: row.reserved_shared_memory,
            clock: None,
            memory: None,
        })
    }
}
