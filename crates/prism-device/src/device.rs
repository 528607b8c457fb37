//! Where kernels run: the CPU or one CUDA device.

use crate::cuda::{Context, Stream};
use crate::memory::{Memory, Report, Statistics, StreamId};
use crate::tune::{self, Background};
use crate::{Buffer, DeviceSettings, Element, Result};
use std::{fmt, sync::Arc};

/// A place to run kernels and hold buffers. Cheap to clone.
#[derive(Clone)]
pub struct Device(Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Cpu,
    Cuda(Arc<Stream>),
}

impl Device {
    /// The CPU.
    pub fn cpu() -> Self {
        Self(Kind::Cpu)
    }

    /// A CUDA device by its ordinal.
    ///
    /// # Errors
    /// `NoDriver` without libcuda, `NoDevice` when the driver has no device of that ordinal.
    pub fn cuda(ordinal: usize) -> Result<Self> {
        Self::cuda_with(ordinal, DeviceSettings::default())
    }

    /// A CUDA device by its ordinal, as the settings say; those of its memory may stand alone.
    ///
    /// # Errors
    /// As [`Device::cuda`].
    pub fn cuda_with(ordinal: usize, settings: impl Into<DeviceSettings>) -> Result<Self> {
        let context = Arc::new(Context::open(ordinal, settings.into())?);
        let tuner = tune::begin(&context)?;
        Self::on(context, tuner)
    }

    fn on(context: Arc<Context>, tuner: Option<Arc<Background>>) -> Result<Self> {
        Ok(Self(Kind::Cuda(Arc::new(Stream::open(context, tuner)?))))
    }

    /// A device on a stream of its own, whose launches no tuner is told of.
    pub(crate) fn untuned(context: Arc<Context>) -> Result<Self> {
        Self::on(context, None)
    }

    /// The same device on a stream of its own: the same memory and kernels, other work. A buffer is used on the stream it
    /// was made on. The CPU does one thing after another, and is itself.
    ///
    /// # Errors
    /// More than 64 streams are open, or the device failed.
    pub fn on_new_stream(&self) -> Result<Self> {
        match &self.0 {
            Kind::Cpu => Ok(Self::cpu()),
            Kind::Cuda(stream) => Self::on(stream.context().clone(), stream.tuner().cloned()),
        }
    }

    /// What was counted of its memory; none for the CPU.
    pub fn memory_statistics(&self) -> Option<Statistics> {
        self.memory_report().map(|report| report.asked)
    }

    /// What was counted of its memory, and of what the driver was asked for; none for the CPU.
    pub fn memory_report(&self) -> Option<Report> {
        match &self.0 {
            Kind::Cpu => None,
            Kind::Cuda(stream) => Some(stream.context().memory.report()),
        }
    }

    /// Where its memory comes from, for blocks that are no buffers; none for the CPU.
    pub fn allocator(&self) -> Option<&dyn Memory> {
        match &self.0 {
            Kind::Cpu => None,
            Kind::Cuda(stream) => Some(stream.context().memory.top()),
        }
    }

    /// The number of its stream; none for the CPU.
    pub fn stream(&self) -> Option<StreamId> {
        match &self.0 {
            Kind::Cpu => None,
            Kind::Cuda(stream) => Some(stream.id()),
        }
    }

    /// Writes out what the log of its memory holds back.
    ///
    /// # Errors
    /// The log could not be written, now or before.
    pub fn flush_memory_log(&self) -> std::io::Result<()> {
        match &self.0 {
            Kind::Cpu => Ok(()),
            Kind::Cuda(stream) => stream.context().memory.flush(),
        }
    }

    /// Gives memory that no buffer holds back to the driver; the bytes given back.
    pub fn trim(&self) -> u64 {
        match &self.0 {
            Kind::Cpu => 0,
            Kind::Cuda(stream) => stream.context().memory.top().trim(),
        }
    }

    /// All devices of this machine, the CPU first.
    pub fn all() -> Vec<Self> {
        let cuda = (0..crate::cuda::device_count()).filter_map(|i| Self::cuda(i).ok());
        std::iter::once(Self::cpu()).chain(cuda).collect()
    }

    /// Whether kernels run on a GPU.
    pub fn is_cuda(&self) -> bool {
        matches!(self.0, Kind::Cuda(_))
    }

    /// Free and total memory in bytes; none for the CPU.
    ///
    /// # Errors
    /// The driver does not answer.
    pub fn memory(&self) -> Result<Option<(usize, usize)>> {
        match &self.0 {
            Kind::Cpu => Ok(None),
            Kind::Cuda(stream) => stream.context().memory().map(Some),
        }
    }

    /// The driver's version as it reports it, for instance `13000`; none for the CPU.
    pub fn driver(&self) -> Option<i32> {
        match &self.0 {
            Kind::Cpu => None,
            Kind::Cuda(_) => Some(crate::cuda::driver_version()),
        }
    }

    /// The GPU's name as its driver reports it; none for the CPU.
    pub fn model(&self) -> Option<&str> {
        match &self.0 {
            Kind::Cpu => None,
            Kind::Cuda(stream) => Some(&stream.context().properties.name),
        }
    }

    /// The number of multiprocessors; 1 for the CPU.
    pub fn multiprocessors(&self) -> usize {
        match &self.0 {
            Kind::Cpu => 1,
            Kind::Cuda(stream) => stream.context().properties.multiprocessors as usize,
        }
    }

    /// The bytes of shared memory that a block can have; 0 for the CPU.
    pub fn shared_memory(&self) -> usize {
        match &self.0 {
            Kind::Cpu => 0,
            Kind::Cuda(stream) => stream.context().properties.shared_memory_per_block_optin as usize,
        }
    }

    /// Waits until everything asked of the device is done.
    ///
    /// # Errors
    /// A kernel failed.
    pub fn synchronize(&self) -> Result<()> {
        match &self.0 {
            Kind::Cpu => Ok(()),
            Kind::Cuda(stream) => stream.synchronize(),
        }
    }

    /// A buffer with a copy of `data`.
    ///
    /// # Errors
    /// Out of memory, or `data` does not fill the shape.
    pub fn upload<T: Element>(&self, data: &[T], shape: &[usize]) -> Result<Buffer<T>> {
        Buffer::upload(self, data, shape)
    }

    /// A buffer of zeros.
    ///
    /// # Errors
    /// Out of memory.
    pub fn zeros<T: Element>(&self, shape: &[usize]) -> Result<Buffer<T>> {
        Buffer::zeros(self, shape)
    }

    /// Whether it is the same device, on whatever stream.
    pub fn shares_memory_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Cpu, Kind::Cpu) => true,
            (Kind::Cuda(a), Kind::Cuda(b)) => Arc::ptr_eq(a.context(), b.context()),
            _ => false,
        }
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0
    }
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::Cpu, Kind::Cpu) => true,
            (Kind::Cuda(a), Kind::Cuda(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Cpu => f.write_str("cpu"),
            Kind::Cuda(stream) => {
                let (ordinal, name) = (stream.context().ordinal(), &stream.context().properties.name);
                match stream.id().number() {
                    0 => write!(f, "cuda:{ordinal} ({name})"),
                    number => write!(f, "cuda:{ordinal} ({name}), stream {number}"),
                }
            }
        }
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
