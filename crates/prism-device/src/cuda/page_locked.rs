//! Host memory that the driver has locked in place: the device copies from it and to it by itself.

use super::context::driver_error;
use super::stream::Stream;
use crate::Result;
use crate::transfer::Pages;
use cudarc::driver::{CudaContext, result, sys};
use std::ptr::NonNull;
use std::sync::Arc;

/// Locked memory of a device, zero when it is made.
pub(crate) struct PageLocked {
    address: NonNull<u8>,
    bytes: usize,
    cuda: Arc<CudaContext>,
}

// SAFETY: it is plain memory with one owner; shared, it is only read.
unsafe impl Send for PageLocked {}
// SAFETY: as above.
unsafe impl Sync for PageLocked {}

impl PageLocked {
    /// So many bytes, one at least.
    pub fn of(stream: &Stream, bytes: usize, pages: Pages) -> Result<Self> {
        let cuda = stream.context.cuda.clone();
        cuda.bind_to_thread().map_err(|e| driver_error("binding the device to a thread", e))?;
        let flags = match pages {
            Pages::Readable => sys::CU_MEMHOSTALLOC_PORTABLE,
            Pages::WriteCombined => sys::CU_MEMHOSTALLOC_PORTABLE | sys::CU_MEMHOSTALLOC_WRITECOMBINED,
        };
        // SAFETY: the context is bound; the memory is freed once, when this is dropped.
        let address = unsafe { result::malloc_host(bytes, flags) }
            .map_err(|e| driver_error(&format!("locking {bytes} bytes of host memory"), e))?;
        let address = NonNull::new(address.cast()).expect("the driver gave memory");
        // SAFETY: the memory is that long, and zeros are bytes.
        unsafe { address.write_bytes(0, bytes) };
        Ok(Self { address, bytes, cuda })
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the memory is that long, was written, and lives as long as this.
        unsafe { std::slice::from_raw_parts(self.address.as_ptr(), self.bytes) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and nobody else has it.
        unsafe { std::slice::from_raw_parts_mut(self.address.as_ptr(), self.bytes) }
    }
}

impl Drop for PageLocked {
    fn drop(&mut self) {
        let _ = self.cuda.bind_to_thread();
        // SAFETY: it came from `malloc_host`, and no copy uses it: one in flight owns it.
        let _ = unsafe { result::free_host(self.address.as_ptr().cast()) };
    }
}
