//! Asks the driver for a device's limits.

use super::context::{Context, driver_error};
use crate::Result;
use crate::occupancy::{ComputeCapability, GpuProperties};
use cudarc::driver::sys::CUdevice_attribute as Asked;

impl Context {
    /// What the driver reports of the device.
    ///
    /// # Errors
    /// The driver does not answer.
    pub(crate) fn properties(&self) -> Result<GpuProperties> {
        let ask = |attribute| self.ask(attribute);
        Ok(GpuProperties {
            name: self.name().into(),
            compute_capability: ComputeCapability {
                major: ask(Asked::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?,
                minor: ask(Asked::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?,
            },
            multiprocessors: ask(Asked::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)?,
            warp_size: ask(Asked::CU_DEVICE_ATTRIBUTE_WARP_SIZE)?,
            max_threads_per_block: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK)?,
            max_threads_per_multiprocessor: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR)?,
            max_blocks_per_multiprocessor: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR)?,
            registers_per_multiprocessor: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR)?,
            registers_per_block: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK)?,
            shared_memory_per_multiprocessor: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR)?,
            shared_memory_per_block: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK)?,
            shared_memory_per_block_optin: ask(Asked::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)?,
            reserved_shared_memory_per_block: ask(Asked::CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK)?,
            clock: Some(ask(Asked::CU_DEVICE_ATTRIBUTE_CLOCK_RATE)?),
            memory: Some(self.memory()?.1 as u64),
        })
    }

    fn ask(&self, attribute: Asked) -> Result<u32> {
        let answer = self.cuda.attribute(attribute);
        answer.map(|n| n as u32).map_err(|e| driver_error("asking for the device's properties", e))
    }
}
