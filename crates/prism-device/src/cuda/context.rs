//! A device's context: its streams, its memory, its loaded kernels.

use super::driver_memory::DriverMemory;
use super::launch::Function;
use super::recording::Recording;
use super::streams::Streams;
use super::virtual_memory::VirtualMemory;
use crate::memory::{Shortage, Stack};
use crate::occupancy::GpuProperties;
use crate::timing::KernelTime;
use crate::tune::{DeviceProfiles, Origin};
use crate::{DeviceSettings, Error, ErrorKind, Result};
use cudarc::driver::{CudaContext, DriverError, sys};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};

/// One CUDA device: what its streams share.
pub(crate) struct Context {
    pub(super) cuda: Arc<CudaContext>,
    pub(super) streams: Arc<Streams>,
    pub(crate) memory: Stack,
    pub(super) functions: RwLock<HashMap<String, Arc<Function>>>,
    pub(super) recording: AtomicBool,
    pub(super) recorded: Recording,
    pub(crate) profiles: DeviceProfiles,
    pub(crate) properties: GpuProperties,
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

impl Context {
    pub(crate) fn open(ordinal: usize, settings: DeviceSettings) -> Result<Self> {
        if !driver_is_present() {
            return Err(ErrorKind::NoDriver.into());
        }
        let count = device_count();
        if ordinal >= count {
            return Err(ErrorKind::NoDevice { ordinal, count }.into());
        }
        let cuda = CudaContext::new(ordinal).map_err(|e| driver_error("opening the device", e))?;
        // SAFETY: no buffer of cudarc is used; a buffer of this crate is used on its own stream alone.
        unsafe { cuda.disable_event_tracking() };
        let properties = super::properties::of(&cuda)?;
        let streams = Arc::new(Streams::default());
        // Without a pool each buffer is the driver's own block: mapped memory would hide where it ends.
        let joining = if settings.memory.pooled { VirtualMemory::of(&cuda)? } else { None };
        let memory = match joining {
            Some(joining) => Stack::of(joining, streams.clone(), settings.memory),
            None => Stack::of(DriverMemory(cuda.clone()), streams.clone(), settings.memory),
        };
        let origin = Origin { device: properties.name.clone(), driver: driver_version() };
        Ok(Self {
            cuda,
            streams,
            memory,
            functions: RwLock::default(),
            recording: AtomicBool::new(false),
            recorded: Recording::default(),
            profiles: DeviceProfiles::of(settings.tuning, origin, settings.profiles),
            properties,
        })
    }

    pub(crate) fn ordinal(&self) -> usize {
        self.cuda.ordinal()
    }

    /// Free and total memory: what the pool holds for nobody is free, what is beyond a limit is not.
    pub(crate) fn memory(&self) -> Result<(usize, usize)> {
        let (_, total) = self.cuda.mem_get_info().map_err(|e| driver_error("asking for free memory", e))?;
        Ok((self.memory.top().available() as usize, total))
    }

    /// Starts, or ends and returns, the recording of every launch's time.
    pub(crate) fn record(&self, on: bool) -> Result<Vec<KernelTime>> {
        self.recording.store(on, std::sync::atomic::Ordering::Relaxed);
        self.recorded.take()
    }

    pub(super) fn out_of_memory(&self, shortage: &Shortage) -> Error {
        if let Some(message) = &shortage.fault {
            return ErrorKind::Driver { call: "allocating".into(), message: message.clone() }.into();
        }
        let device = format!("cuda:{} ({})", self.ordinal(), self.properties.name);
        ErrorKind::OutOfMemory { device, shortage: shortage.clone(), holders: self.memory.holders() }.into()
    }
}

/// The driver's refusal of a call, in its own words.
pub(super) fn driver_error(call: &str, error: DriverError) -> Error {
    let message = error.error_string().ok().map_or_else(|| format!("{:?}", error.0), |s| s.to_string_lossy().into());
    ErrorKind::Driver { call: call.into(), message }.into()
}
