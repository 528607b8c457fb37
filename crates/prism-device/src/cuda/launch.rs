//! From a bound call to the hardware: load the kernel once, then launch it.

use super::context::{Context, driver_error, driver_version};
use super::stream::Stream;
use crate::run::Bound;
use crate::{AnyBuffer, Arg, BlockSize, Entry, Error, ErrorKind, Result, ptx};
use cudarc::driver::{CudaFunction, DriverError, LaunchConfig, PushKernelArg, sys};
use cudarc::nvrtc::Ptx;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Shared memory that every device gives a block without being asked.
const UNASKED: i32 = 48 * 1024;

impl Stream {
    pub(crate) fn launch(&self, entry: &Entry, bound: &Bound, args: &[Arg], threads: u64) -> Result<()> {
        let context = &self.context;
        let function = context.function(entry, &entry.symbol(bound.element, &bound.quantities))?;
        let shape_of = |value: fn(&[u64], u64) -> u64| value(&bound.quantities, bound.element.size());
        let block = match entry.block {
            BlockSize::Candidates(sizes) => sizes[0],
            BlockSize::Needed(size) => shape_of(size) as u32,
        };
        let Ok(blocks) = u32::try_from(threads.div_ceil(block.into())) else {
            return Err(
                ErrorKind::Unsupported { what: format!("{}: {threads} threads in one launch", entry.name) }.into()
            );
        };
        let shared = entry.shared.map_or(0, shape_of) as u32;
        function.allow_shared(shared).map_err(|e| driver_error(entry.name, e))?;
        let shape = LaunchConfig { grid_dim: (blocks, 1, 1), block_dim: (block, 1, 1), shared_mem_bytes: shared };
        let words = argument_words(entry, bound, args);
        let mut launch = self.cuda.launch_builder(&function.cuda);
        if context.recording.load(Ordering::Relaxed) {
            launch.record_kernel_launch(sys::CUevent_flags::CU_EVENT_DEFAULT);
        }
        for word in &words {
            launch.arg(word);
        }
        // SAFETY: `bind` checked number, element types and shapes against the declaration from which the wrapper's
        // parameters were generated; each word holds its argument's bytes little end first and outlives the call;
        // outputs are borrowed mutably, and the buffers live on this stream.
        let events = unsafe { launch.launch(shape) }.map_err(|e| driver_error(entry.name, e))?;
        if let Some((start, end)) = events {
            context.recorded.lock().unwrap_or_else(PoisonError::into_inner).push((entry.name, start, end));
        }
        Ok(())
    }
}

impl Context {
    fn function(&self, entry: &Entry, symbol: &str) -> Result<Arc<Function>> {
        if let Some(function) = self.functions.read().unwrap_or_else(PoisonError::into_inner).get(symbol) {
            return Ok(function.clone());
        }
        let module =
            self.cuda.load_module(Ptx::from_src(ptx::only(&entry.ptx(), symbol))).map_err(|e| load_error(entry, e))?;
        let function = module.load_function(symbol).and_then(Function::of).map_err(|e| driver_error(symbol, e))?;
        let mut functions = self.functions.write().unwrap_or_else(PoisonError::into_inner);
        Ok(functions.entry(symbol.to_owned()).or_insert_with(|| Arc::new(function)).clone())
    }
}

/// A kernel as it was loaded.
pub(super) struct Function {
    cuda: CudaFunction,
    /// Dynamic shared memory that a block of it may have, beside what it declares itself.
    allowed: AtomicI32,
    asking: Mutex<()>,
}

impl Function {
    fn of(cuda: CudaFunction) -> std::result::Result<Self, DriverError> {
        let declared = cuda.get_attribute(sys::CUfunction_attribute::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES)?;
        Ok(Self { cuda, allowed: AtomicI32::new(UNASKED - declared), asking: Mutex::default() })
    }

    /// Asks the driver for `bytes` of dynamic shared memory, where that is more than was ever asked for.
    fn allow_shared(&self, bytes: u32) -> std::result::Result<(), DriverError> {
        let most = sys::CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        let is_enough = || bytes as i32 <= self.allowed.load(Ordering::Acquire);
        if is_enough() {
            return Ok(());
        }
        // One at a time, or a smaller wish of another thread would come after a larger one and take its place.
        let _asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_enough() {
            self.cuda.set_attribute(most, bytes as i32)?;
            self.allowed.store(bytes as i32, Ordering::Release);
        }
        Ok(())
    }
}

/// The wrapper's parameters in order: addresses and scalars as declared, then the dimensions.
fn argument_words(entry: &Entry, bound: &Bound, args: &[Arg]) -> Vec<u64> {
    let declared = args.iter().map(|arg| match arg {
        Arg::Scalar(scalar) => scalar.word(),
        buffer => buffer.buffer().map_or(0, AnyBuffer::address),
    });
    declared.chain(bound.quantities.iter().copied().take(entry.dims.len())).collect()
}

fn load_error(entry: &Entry, error: DriverError) -> Error {
    use sys::CUresult::{CUDA_ERROR_INVALID_PTX, CUDA_ERROR_UNSUPPORTED_PTX_VERSION};
    match error.0 {
        CUDA_ERROR_UNSUPPORTED_PTX_VERSION | CUDA_ERROR_INVALID_PTX => {
            ErrorKind::DriverTooOld { kernel: entry.name, version: driver_version() }.into()
        }
        _ => driver_error(entry.name, error),
    }
}
