//! A device's context: its stream, its memory, its loaded kernels.

use crate::timing::KernelTime;
use crate::{Error, ErrorKind, Result};
use cudarc::driver::{
    CudaContext, CudaEvent, CudaFunction, CudaSlice, CudaStream, DevicePtr, DriverError, result, sys,
};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};

/// One CUDA device with one stream: everything asked of it happens in order.
pub(crate) struct Context {
    pub(super) cuda: Arc<CudaContext>,
    pub(super) stream: Arc<CudaStream>,
    pub(super) functions: RwLock<HashMap<String, CudaFunction>>,
    pub(super) recording: AtomicBool,
    pub(super) recorded: Mutex<Vec<(&'static str, CudaEvent, CudaEvent)>>,
    name: String,
    multiprocessors: usize,
    shared_memory: usize,
}

/// The number of devices; 0 without a driver.
pub(crate) fn device_count() -> usize {
    if !driver_is_present() {
        return 0;
    }
    CudaContext::device_count().map_or(0, |n| n as usize)
}

/// The CUDA version of the driver, for instance 13000; 0 without one.
pub(crate) fn driver_version() -> i32 {
    if !driver_is_present() {
        return 0;
    }
    let mut version = 0;
    // SAFETY: the library is present and the pointer is to a live integer.
    let _ = unsafe { sys::cuDriverGetVersion(&raw mut version) };
    version
}

fn driver_is_present() -> bool {
    // SAFETY: loads libcuda, as every later call does; the library has no unsound initialiser.
    unsafe { sys::is_culib_present() }
}

/// Lets the driver's pool keep what buffers give back: mapping 64 MiB anew takes longer than filling them.
fn keep_memory(cuda: &CudaContext) -> std::result::Result<(), DriverError> {
    let (mut pool, mut kept) = (std::ptr::null_mut(), u64::MAX);
    // SAFETY: both pointers are to live variables, of the types that the calls and the attribute name.
    unsafe {
        sys::cuDeviceGetDefaultMemPool(&raw mut pool, cuda.cu_device()).result()?;
        let threshold = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
        sys::cuMemPoolSetAttribute(pool, threshold, (&raw mut kept).cast()).result()
    }
}

impl Context {
    pub(crate) fn open(ordinal: usize) -> Result<Self> {
        if !driver_is_present() {
            return Err(ErrorKind::NoDriver.into());
        }
        let count = device_count();
        if ordinal >= count {
            return Err(ErrorKind::NoDevice { ordinal, count }.into());
        }
        let cuda = CudaContext::new(ordinal).map_err(|e| driver_error("opening the device", e))?;
        // SAFETY: one stream carries all work of this context, so ordering needs no events between buffers.
        unsafe { cuda.disable_event_tracking() };
        // A device without pools maps every buffer anew; nothing else is lost.
        let _ = keep_memory(&cuda);
        let stream = cuda.new_stream().map_err(|e| driver_error("creating a stream", e))?;
        let name = cuda.name().map_err(|e| driver_error("asking the device's name", e))?;
        let ask =
            |attribute| cuda.attribute(attribute).map(|n| n as usize).map_err(|e| driver_error("asking the device", e));
        let multiprocessors = ask(sys::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)?;
        let shared_memory = ask(sys::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)?;
        Ok(Self {
            cuda,
            stream,
            functions: RwLock::default(),
            recording: AtomicBool::new(false),
            recorded: Mutex::default(),
            name,
            multiprocessors,
            shared_memory,
        })
    }

    pub(crate) fn ordinal(&self) -> usize {
        self.cuda.ordinal()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn multiprocessors(&self) -> usize {
        self.multiprocessors
    }

    pub(crate) fn shared_memory(&self) -> usize {
        self.shared_memory
    }

    pub(crate) fn memory(&self) -> Result<(usize, usize)> {
        self.cuda.mem_get_info().map_err(|e| driver_error("asking for free memory", e))
    }

    pub(crate) fn synchronize(&self) -> Result<()> {
        self.stream.synchronize().map_err(|e| driver_error("waiting for the device", e))
    }

    pub(crate) fn upload(&self, bytes: &[u8]) -> Result<CudaSlice<u8>> {
        self.stream.clone_htod(bytes).map_err(|e| self.allocation_error(bytes.len(), e))
    }

    pub(crate) fn zeros(&self, bytes: usize) -> Result<CudaSlice<u8>> {
        self.stream.alloc_zeros(bytes).map_err(|e| self.allocation_error(bytes, e))
    }

    pub(crate) fn download(&self, slice: &CudaSlice<u8>, bytes: &mut [u8]) -> Result<()> {
        self.stream.memcpy_dtoh(slice, bytes).map_err(|e| driver_error("downloading", e))?;
        self.synchronize()
    }

    pub(crate) fn address(&self, slice: &CudaSlice<u8>) -> u64 {
        slice.device_ptr(&self.stream).0
    }

    /// Starts, or ends and returns, the recording of every launch's time.
    pub(crate) fn record(&self, on: bool) -> Result<Vec<KernelTime>> {
        self.recording.store(on, std::sync::atomic::Ordering::Relaxed);
        let launches = std::mem::take(&mut *self.recorded.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        launches
            .iter()
            .map(|(kernel, start, end)| {
                let milliseconds = start.elapsed_ms(end).map_err(|e| driver_error(kernel, e))?;
                Ok(KernelTime { kernel, milliseconds })
            })
            .collect()
    }

    fn allocation_error(&self, bytes: usize, error: DriverError) -> Error {
        if error.0 != sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY {
            return driver_error("allocating", error);
        }
        let free = result::mem_get_info().map_or(0, |(free, _)| free);
        ErrorKind::OutOfMemory { device: format!("cuda:{} ({})", self.ordinal(), self.name), bytes, free }.into()
    }
}

/// The driver's refusal of a call, in its own words.
pub(super) fn driver_error(call: &str, error: DriverError) -> Error {
    let message = error.error_string().ok().map_or_else(|| format!("{:?}", error.0), |s| s.to_string_lossy().into());
    ErrorKind::Driver { call: call.into(), message }.into()
}
