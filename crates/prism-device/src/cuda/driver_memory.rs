//! Memory from the driver: the source of a GPU's stack.

use crate::memory::{Block, Memory, Request, Shortage, Standing, StreamId};
use cudarc::driver::{CudaContext, DriverError, result, sys};
use std::sync::Arc;

/// The driver's own allocation: tens of microseconds each, and a return that waits for the device.
pub(crate) struct DriverMemory(pub Arc<CudaContext>);

impl DriverMemory {
    fn free_bytes(&self) -> u64 {
        self.0.mem_get_info().map_or(0, |(free, _)| free as u64)
    }

    pub fn refused(&self, requested: u64, error: DriverError) -> Shortage {
        let is_short = error.0 == sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY;
        let free = if is_short { self.free_bytes() } else { 0 };
        // The driver does not say how large its largest piece is: less than what it refused.
        let largest_free = free.min(requested.saturating_sub(1));
        let fault = (!is_short).then(|| format!("{error}"));
        Shortage { requested, free, largest_free, limit: None, fault }
    }
}

impl Memory for DriverMemory {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let bytes = request.bytes.max(1);
        // SAFETY: the context is bound to this thread; the size is not 0; whoever gets the block frees it once.
        let allocated = self.0.bind_to_thread().and_then(|()| unsafe { result::malloc_sync(bytes as usize) });
        let address = allocated.map_err(|error| self.refused(request.bytes, error))?;
        Ok(Block { address, bytes, holder: request.holder })
    }

    fn free(&self, block: Block, _: StreamId) {
        // SAFETY: `allocate` gave the address, a block cannot be copied, and all work that could use it is done.
        let freed = self.0.synchronize().and_then(|()| unsafe { result::free_sync(block.address) });
        if let Err(error) = freed {
            tracing::warn!(%error, bytes = block.bytes, "the driver did not take memory back");
        }
    }

    fn trim(&self) -> u64 {
        0
    }

    fn standing(&self) -> Standing {
        let (free, total) = self.0.mem_get_info().map_or((0, 0), |(free, total)| (free as u64, total as u64));
        Standing { reserved: total, free, largest_free: free }
    }

    fn available(&self) -> u64 {
        self.free_bytes()
    }
}
