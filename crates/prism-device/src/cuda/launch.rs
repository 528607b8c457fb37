//! From a bound call to the hardware: load the kernel once, then launch it.

use super::context::{Context, driver_error, driver_version};
use super::stream::Stream;
use crate::run::{Bound, Launching};
use crate::{AnyBuffer, Arg, Entry, Error, ErrorKind, Result, ptx};
use cudarc::driver::{CudaFunction, DriverError, LaunchConfig, PushKernelArg, sys};
use cudarc::nvrtc::Ptx;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Shared memory that every device gives a block without being asked.
const UNASKED: i32 = 48 * 1024;

impl Stream {
    pub(crate) fn launch(
        &self,
        entry: &Entry,
        bound: &Bound,
        args: &[Arg],
        threads: u64,
        launching: Launching,
    ) -> Result<()> {
        let context = &self.context;
        let symbol = entry.symbol(bound.element, &bound.quantities);
        let function = context.function(entry, &symbol)?;
        let block = launching.block.unwrap_or_else(|| self.block(entry, &symbol, bound));
        let blocks = blocks(entry, threads, block)?;
        let shared = entry.shared.map_or(0, |bytes| bytes(&bound.quantities, bound.element.size())) as u32;
        function.allow_shared(shared).map_err(|e| driver_error(entry.name, e))?;
        let shape = LaunchConfig { grid_dim: (blocks, 1, 1), block_dim: (block, 1, 1), shared_mem_bytes: shared };
        let words = argument_words(entry, bound, args);
        let mut launch = self.cuda.launch_builder(&function.cuda);
        let is_recording = context.recording.load(Ordering::Relaxed);
        let sample = self.sample(entry, &function, launching);
        let wanted = launching.times.or_else(|| is_recording.then_some(&context.recorded));
        let recording = wanted.or(sample.as_ref());
        if recording.is_some() {
            launch.record_kernel_launch(sys::CUevent_flags::CU_EVENT_DEFAULT);
        }
        for word in &words {
            launch.arg(word);
        }
        // SAFETY: `bind` checked number, element types and shapes against the declaration from which the wrapper's
        // parameters were generated; each word holds its argument's bytes little end first and outlives the call;
        // outputs are borrowed mutably, and the buffers live on this stream.
        let events = unsafe { launch.launch(shape) }.map_err(|e| driver_error(entry.name, e))?;
        if let (Some(recording), Some(events)) = (recording, events) {
            recording.add(entry.name, events);
        }
        self.tell(entry, bound, sample);
        Ok(())
    }

    /// The registers of a thread, as the driver compiled the kernel.
    pub(crate) fn registers(&self, entry: &Entry, symbol: &str) -> Result<u32> {
        let function = self.context.function(entry, symbol)?;
        let registers = function.cuda.get_attribute(sys::CUfunction_attribute::CU_FUNC_ATTRIBUTE_NUM_REGS);
        registers.map(|registers| registers as u32).map_err(|e| driver_error(symbol, e))
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
        if entry.candidates().len() > 1 {
            self.profiles.adopt(symbol, entry.ptx_hash);
        }
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
    /// Launches that a tuner was to hear of.
    pub(super) launches: AtomicU32,
}

impl Function {
    fn of(cuda: CudaFunction) -> std::result::Result<Self, DriverError> {
        let declared = cuda.get_attribute(sys::CUfunction_attribute::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES)?;
        Ok(Self {
            cuda,
            allowed: AtomicI32::new(UNASKED - declared),
            asking: Mutex::default(),
            launches: AtomicU32::new(0),
        })
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

fn blocks(entry: &Entry, threads: u64, block: u32) -> Result<u32> {
    let refused = |_| ErrorKind::Unsupported { what: format!("{}: {threads} threads in one launch", entry.name) };
    Ok(u32::try_from(threads.div_ceil(block.into())).map_err(refused)?)
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
