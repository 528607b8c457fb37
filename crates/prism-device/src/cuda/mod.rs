//! One CUDA device through the driver: the only place that talks to it, and the only hand-written `unsafe`.
#![allow(unsafe_code)] // Launching and raw allocation have no safe form; each block says what makes it sound.

mod block;
mod context;
mod driver_memory;
mod in_flight;
mod launch;
mod nvml;
mod page_locked;
mod properties;
mod recording;
mod stream;
mod streams;
mod virtual_memory;

pub(crate) use context::{Context, device_count, driver_version};
pub use in_flight::InFlight;
pub(crate) use in_flight::Moment;
pub(crate) use nvml::Counters;
pub(crate) use page_locked::PageLocked;
pub(crate) use recording::Recording;
pub(crate) use stream::{Allocation, Stream};
