//! One CUDA device through the driver: the only place that talks to it, and the only hand-written `unsafe`.
#![allow(unsafe_code)] // Launching and raw allocation have no safe form; each block says what makes it sound.

mod block;
mod context;
mod driver_memory;
mod launch;
mod properties;
mod recording;
mod stream;
mod streams;

pub(crate) use context::{Context, device_count, driver_version};
pub(crate) use recording::Recording;
pub(crate) use stream::{Allocation, Stream};
