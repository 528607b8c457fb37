//! Memory from the driver in one range of addresses: what lies side by side there can be used as one block.
//!
//! The range is reserved once and costs no memory. An allocation is physical memory that is mapped into it, beside what is
//! there already, so that a pool can cut a large block across the borders of smaller ones.

use super::context::driver_error;
use super::driver_memory::DriverMemory;
use crate::Result;
use crate::memory::{Arena, Block, Memory, Request, Shortage, Standing, StreamId};
use cudarc::driver::{CudaContext, DriverError, sys};
use std::sync::Arc;

/// Addresses reserved, in memories of the device: holes between blocks must not use them up.
const ROOM: u64 = 4;

/// Physical memory in a range of addresses of its own.
pub(crate) struct VirtualMemory {
    driver: DriverMemory,
    addresses: Arena,
    /// The first address of the range, and its bytes.
    range: (u64, u64),
    /// What the driver maps at once.
    granularity: u64,
}

impl VirtualMemory {
    /// A range for a device; none where the device cannot map memory.
    pub fn of(cuda: &Arc<CudaContext>) -> Result<Option<Self>> {
        let supported = sys::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED;
        let reserved = cuda.attribute(supported).and_then(|supported| match supported {
            0 => Ok(None),
            _ => Self::reserved(cuda).map(Some),
        });
        reserved.map_err(|e| driver_error("reserving addresses", e))
    }

    fn reserved(cuda: &Arc<CudaContext>) -> Result<Self, DriverError> {
        cuda.bind_to_thread()?;
        let (physical, mut granularity, mut first) = (physical(cuda), 0, 0);
        let minimum = sys::CUmemAllocationGranularity_flags::CU_MEM_ALLOC_GRANULARITY_MINIMUM;
        // SAFETY: the pointers are to live values.
        unsafe { sys::cuMemGetAllocationGranularity(&raw mut granularity, &raw const physical, minimum) }.result()?;
        let bytes = (ROOM as usize * cuda.total_mem()?).next_multiple_of(granularity);
        // SAFETY: the pointer is to a live address; bytes and alignment are multiples of the granularity.
        unsafe { sys::cuMemAddressReserve(&raw mut first, bytes, granularity, 0, 0) }.result()?;
        let (granularity, bytes) = (granularity as u64, bytes as u64);
        let addresses = Arena::at(first, bytes);
        Ok(Self { driver: DriverMemory(cuda.clone()), addresses, range: (first, bytes), granularity })
    }

    /// Puts physical memory behind a block of addresses.
    fn map(&self, block: &Block) -> Result<(), DriverError> {
        let cuda = &self.driver.0;
        cuda.bind_to_thread()?;
        let (physical, bytes, mut handle) = (physical(cuda), block.bytes as usize, 0);
        let flags = sys::CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        let access = sys::CUmemAccessDesc { location: physical.location, flags };
        // SAFETY: the pointers are to live values, the size is a multiple of the granularity, and the addresses are
        // reserved, nobody else's and not mapped.
        unsafe {
            sys::cuMemCreate(&raw mut handle, bytes, &raw const physical, 0).result()?;
            let mapped = sys::cuMemMap(block.address, bytes, 0, handle, 0).result();
            // Mapped, it lives until it is unmapped; not mapped, it goes back now.
            sys::cuMemRelease(handle).result()?;
            mapped?;
            let opened = sys::cuMemSetAccess(block.address, bytes, &raw const access, 1).result();
            opened.or_else(|error| sys::cuMemUnmap(block.address, bytes).result().and(Err(error)))
        }
    }

    fn unmap(&self, block: &Block) -> Result<(), DriverError> {
        self.driver.0.synchronize()?;
        // SAFETY: `map` mapped exactly these addresses, and all work that could use them is done.
        unsafe { sys::cuMemUnmap(block.address, block.bytes as usize) }.result()
    }
}

/// Memory of the device itself, for no other process.
fn physical(cuda: &CudaContext) -> sys::CUmemAllocationProp {
    sys::CUmemAllocationProp {
        type_: sys::CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        requestedHandleTypes: sys::CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE,
        location: sys::CUmemLocation {
            type_: sys::CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE,
            id: cuda.ordinal() as i32,
        },
        win32HandleMetaData: std::ptr::null_mut(),
        allocFlags: sys::CUmemAllocationProp_st__bindgen_ty_1 {
            compressionType: 0,
            gpuDirectRDMACapable: 0,
            usage: 0,
            reserved: [0; 4],
        },
    }
}

impl Memory for VirtualMemory {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let bytes = request.bytes.max(1).next_multiple_of(self.granularity);
        let block = self.addresses.allocate(Request { bytes, ..request })?;
        match self.map(&block) {
            Ok(()) => Ok(block),
            Err(error) => {
                self.addresses.free(block, request.stream);
                Err(self.driver.refused(request.bytes, error))
            }
        }
    }

    fn free(&self, block: Block, stream: StreamId) {
        match self.unmap(&block) {
            Ok(()) => self.addresses.free(block, stream),
            // Its addresses stay taken: nobody may be given them.
            Err(error) => tracing::warn!(%error, bytes = block.bytes, "the driver did not take memory back"),
        }
    }

    fn trim(&self) -> u64 {
        0
    }

    fn standing(&self) -> Standing {
        self.driver.standing()
    }

    fn available(&self) -> u64 {
        self.driver.available()
    }

    fn blocks_join(&self) -> bool {
        true
    }
}

impl Drop for VirtualMemory {
    fn drop(&mut self) {
        let (first, bytes) = self.range;
        // SAFETY: the range was reserved so; every block of it was given back, or else the driver refuses.
        let freed = self
            .driver
            .0
            .bind_to_thread()
            .and_then(|()| unsafe { sys::cuMemAddressFree(first, bytes as usize) }.result());
        if let Err(error) = freed {
            tracing::warn!(%error, "the driver did not take addresses back");
        }
    }
}
