//! The limits of a GPU.

use crate::device::Kind;
use crate::{Device, ErrorKind, Result};
use std::fmt;

/// The version of a GPU's features and limits, for instance 9.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComputeCapability {
    /// The generation.
    pub major: u32,
    /// The version in it.
    pub minor: u32,
}

/// What a GPU has, as its driver reports it. Registers are of 32 bits, sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuProperties {
    /// The model.
    pub name: String,
    /// The version of its features and limits.
    pub compute_capability: ComputeCapability,
    /// The number of multiprocessors.
    pub multiprocessors: u32,
    /// Threads of a warp.
    pub warp_size: u32,
    /// The most threads of a block.
    pub max_threads_per_block: u32,
    /// The most threads that a multiprocessor holds at once.
    pub max_threads_per_multiprocessor: u32,
    /// The most blocks that a multiprocessor holds at once.
    pub max_blocks_per_multiprocessor: u32,
    /// Registers of a multiprocessor.
    pub registers_per_multiprocessor: u32,
    /// The most registers of a block.
    pub registers_per_block: u32,
    /// Shared memory of a multiprocessor.
    pub shared_memory_per_multiprocessor: u32,
    /// The most shared memory of a block that does not ask for more.
    pub shared_memory_per_block: u32,
    /// The most shared memory of a block that asks for it.
    pub shared_memory_per_block_optin: u32,
    /// Shared memory that the driver keeps of every block for itself.
    pub reserved_shared_memory_per_block: u32,
    /// The peak clock in kHz, if known.
    pub clock: Option<u32>,
    /// All device memory, if known.
    pub memory: Option<u64>,
}

impl GpuProperties {
    /// The most warps that a multiprocessor holds at once.
    pub(super) fn max_warps_per_multiprocessor(&self) -> u32 {
        self.max_threads_per_multiprocessor / self.warp_size
    }

    /// Refuses what no GPU has and the calculation divides by.
    pub(super) fn judge(&self) -> Result<()> {
        let (parameter, expected, got) = match (self.warp_size, self.multiprocessors) {
            (32, 1..) => return Ok(()),
            (32, none) => ("multiprocessors", "at least 1", none),
            (other, _) => ("warp_size", "32", other),
        };
        let (expected, got) = (expected.into(), got.to_string());
        Err(ErrorKind::Parameter { operation: "occupancy", parameter, expected, got }.into())
    }
}

impl Device {
    /// What the GPU has.
    ///
    /// # Errors
    /// `Unsupported` for the CPU.
    pub fn properties(&self) -> Result<GpuProperties> {
        match self.kind() {
            Kind::Cpu => Err(ErrorKind::Unsupported {
                what: "the properties of a GPU, asked of the CPU: open a CUDA device".into(),
            }
            .into()),
            Kind::Cuda(stream) => Ok(stream.context().properties.clone()),
        }
    }
}

impl fmt::Display for ComputeCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_has_no_properties_of_a_gpu() {
        assert!(Device::cpu().properties().unwrap_err().is_unsupported());
    }
}
