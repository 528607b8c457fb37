//! Asks the driver for a device's limits.

use super::context::driver_error;
use crate::Result;
use crate::occupancy::{ComputeCapability, GpuProperties};
use cudarc::driver::CudaContext;
use cudarc::driver::sys::CUdevice_attribute as Asked;

/// What the driver reports of a device.
pub(super) fn of(cuda: &CudaContext) -> Result<GpuProperties> {
    let failed = |e| driver_error("asking for the device's properties", e);
    let ask = |attribute| cuda.attribute(attribute).map(|n| n as u32).map_err(failed);
    Ok(GpuProperties {
        name: cuda.name().map_err(failed)?,
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
        memory: Some(cuda.total_mem().map_err(failed)? as u64),
    })
}
