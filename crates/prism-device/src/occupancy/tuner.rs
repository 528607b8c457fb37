//! Occupancy on one GPU.

use super::architecture::{self, Architecture};
use super::calculate::calculate;
use super::recommend::recommend;
use super::{GpuProperties, KernelConfig, OccupancyInfo, Recommendation, SharedMemory};
use crate::{Device, Result};

/// Calculates how launches fill a GPU and recommends block sizes for it.
#[derive(Clone, Debug)]
pub struct KernelTuner {
    properties: GpuProperties,
    architecture: &'static Architecture,
}

impl KernelTuner {
    /// For the first CUDA device.
    ///
    /// # Errors
    /// Those of [`Device::cuda`], [`Device::properties`] and [`KernelTuner::of`].
    pub fn new() -> Result<Self> {
        Self::of(Device::cuda(0)?.properties()?)
    }

    /// For a GPU by its properties; none need be there.
    ///
    /// # Errors
    /// `Unsupported` for a compute capability whose units of allocation are not known, with those that are;
    /// `Parameter` for numbers that no GPU has.
    pub fn of(properties: GpuProperties) -> Result<Self> {
        properties.judge()?;
        let architecture = architecture::of(properties.compute_capability)?;
        Ok(Self { properties, architecture })
    }

    /// What the GPU has.
    pub fn get_properties(&self) -> GpuProperties {
        self.properties.clone()
    }

    /// The theoretical occupancy of a launch: the least number of blocks that warps, blocks, registers and shared memory
    /// of a multiprocessor allow.
    ///
    /// Equal to `cuOccupancyMaxActiveBlocksPerMultiprocessor` of a function that is allowed its shared memory and has no
    /// preference between that and cache, which is the default: with one, fewer blocks may fit. Clusters and named
    /// barriers are not counted.
    ///
    /// # Errors
    /// `Parameter` for a launch that the GPU refuses: no or too many threads, blocks, registers or bytes of shared
    /// memory.
    pub fn calculate_occupancy(&self, config: &KernelConfig) -> Result<OccupancyInfo> {
        calculate(&self.properties, self.architecture, config)
    }

    /// The block sizes, in whole warps, at which a kernel of that many registers and that much shared memory fills more
    /// than half of a multiprocessor's warps, or the best if there is none.
    ///
    /// # Errors
    /// `Parameter` when no block size can be launched.
    pub fn recommended_configurations(
        &self,
        registers_per_thread: u32,
        shared_memory: SharedMemory,
    ) -> Result<Recommendation> {
        recommend(self, registers_per_thread, shared_memory)
    }
}
