//! Runs kernels: devices, buffers, launch.
//!
//! A [`Device`] is a CPU or a CUDA device. A [`Buffer`] is typed, shaped and lives on one. An [`Entry`] declares a
//! kernel; [`run()`] is the only way from an operation to hardware. The only hand-written `unsafe` of the workspace
//! is in `cuda/`.

pub mod buffer;
pub mod choice;
pub mod conformance;
mod cuda;
pub mod device;
pub mod dtype;
pub mod entry;
pub mod error;
pub mod memory;
pub mod monitor;
pub mod occupancy;
pub mod operation;
mod other_form;
pub mod philox;
pub mod ptx;
pub mod run;
pub mod samples;
mod settings;
pub mod timing;
pub mod tolerance;
pub mod transfer;
pub mod tune;
mod value;
pub mod view;

pub use buffer::Buffer;
pub use choice::{DeviceChoice, Taken};
pub use device::Device;
pub use dtype::{Dtype, Element, Float, Real, Scalar, bf16, c64, c128, f16};
pub use entry::{Access, BlockSize, Constants, Domain, Entry, Extent, Param, ParamKind, Requirement};
pub use error::{Error, ErrorKind, Result};
pub use occupancy::KernelTuner;
pub use operation::Operation;
pub use run::{Arg, run};
pub use samples::Samples;
pub use settings::DeviceSettings;
pub use tolerance::Tolerance;
pub use transfer::{Pinned, PinnedMemoryPool, Pipeline};
pub use tune::PerformanceTuner;
pub use view::{AnyBuffer, Seen, View};
