//! One stream of a device: what it is asked happens in order.

use super::context::{Context, driver_error};
use crate::Result;
use crate::memory::{Block, Holder, Order, Request, StreamId};
use crate::tune::Background;
use cudarc::driver::{CudaStream, result};
use std::sync::Arc;

/// A stream and the device it is of.
pub(crate) struct Stream {
    pub(super) context: Arc<Context>,
    pub(super) cuda: Arc<CudaStream>,
    id: StreamId,
    pub(super) tuner: Option<Arc<Background>>,
}

/// Memory of a stream, which takes it back when this is dropped.
pub(crate) struct Allocation {
    block: Option<Block>,
    stream: Arc<Stream>,
    bytes: usize,
}

impl Stream {
    /// A new stream of a device, whose launches a tuner is told of.
    pub fn open(context: Arc<Context>, tuner: Option<Arc<Background>>) -> Result<Self> {
        let (id, cuda) = context.streams.open(&context.cuda)?;
        Ok(Self { context, cuda, id, tuner })
    }

    pub fn tuner(&self) -> Option<&Arc<Background>> {
        self.tuner.as_ref()
    }

    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    pub fn id(&self) -> StreamId {
        self.id
    }

    pub fn synchronize(&self) -> Result<()> {
        self.cuda.synchronize().map_err(|e| driver_error("waiting for the device", e))
    }

    /// Memory for a copy of `bytes`, which must not be empty.
    pub fn upload(self: &Arc<Self>, bytes: &[u8]) -> Result<Allocation> {
        let memory = self.allocate(bytes.len())?;
        // SAFETY: the memory is as long as the bytes and of this stream; the driver has read pageable bytes when it returns.
        unsafe { result::memcpy_htod_async(memory.address(), bytes, self.cuda.cu_stream()) }
            .map_err(|e| driver_error("uploading", e))?;
        Ok(memory)
    }

    /// Memory of so many zeros, one at least.
    pub fn zeros(self: &Arc<Self>, bytes: usize) -> Result<Allocation> {
        let memory = self.allocate(bytes)?;
        // SAFETY: the memory is that long and of this stream.
        unsafe { result::memset_d8_async(memory.address(), 0, bytes, self.cuda.cu_stream()) }
            .map_err(|e| driver_error("filling with zeros", e))?;
        Ok(memory)
    }

    pub(super) fn allocate(self: &Arc<Self>, bytes: usize) -> Result<Allocation> {
        self.context.cuda.bind_to_thread().map_err(|e| driver_error("binding the device to a thread", e))?;
        let request = Request { bytes: bytes as u64, stream: self.id, holder: Holder::current() };
        let block =
            self.context.memory.top().allocate(request).map_err(|shortage| self.context.out_of_memory(&shortage))?;
        Ok(Allocation { block: Some(block), stream: self.clone(), bytes })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Its work may use memory that others take over once nobody waits for it.
        let _ = self.cuda.synchronize();
        self.context.streams.close(self.id);
    }
}

impl Allocation {
    /// The same memory for another stream of the device, whose work comes after all that was asked of this one so far.
    pub fn handed_to(self, stream: &Arc<Stream>) -> Self {
        if self.stream.id != stream.id {
            self.stream.context.streams.order(self.stream.id, stream.id);
        }
        self.returned_to(stream)
    }

    /// The same memory for another stream of the device. The work on it must be done, and the caller have waited for it.
    pub fn returned_to(mut self, stream: &Arc<Stream>) -> Self {
        self.stream = stream.clone();
        self
    }

    /// Its first address.
    pub fn address(&self) -> u64 {
        self.block.as_ref().map_or(0, |block| block.address)
    }

    /// The bytes asked for.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Copies it to the host, after everything asked of its stream.
    pub fn download(&self, bytes: &mut [u8]) -> Result<()> {
        assert_eq!(bytes.len(), self.bytes, "as many bytes as there are");
        let cuda = &self.stream.cuda;
        cuda.context().bind_to_thread().map_err(|e| driver_error("binding the device to a thread", e))?;
        // SAFETY: both are that long, and the host's are borrowed until the stream was waited for.
        unsafe { result::memcpy_dtoh_async(bytes, self.address(), cuda.cu_stream()) }
            .map_err(|e| driver_error("downloading", e))?;
        self.stream.synchronize()
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            self.stream.context.memory.top().free(block, self.stream.id);
        }
    }
}

impl std::fmt::Debug for Allocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes at {:#x}", self.bytes, self.address())
    }
}
