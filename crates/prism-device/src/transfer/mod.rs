//! Moving data through a device: pinned host memory, and a pipeline whose copies hide behind its kernels.
//!
//! A copy from or to ordinary host memory makes the host wait. A copy of [`Pinned`] memory, which cannot be moved, is the
//! device's own work: it goes on beside kernels and beside a copy the other way. A [`Pipeline`] asks for all three at once:
//! the next chunk comes in while one is computed and the one before goes out.

mod flow;
mod parcel;
mod pinned;
mod pinned_value;
mod pipeline;
#[cfg(test)]
mod tests;

pub use crate::cuda::InFlight;
pub use flow::Flow;
pub use parcel::{Buffers, Inbound, Lane};
pub use pinned::{Pages, Pinned, PinnedMemoryPool};
pub use pinned_value::PinnedValue;
pub use pipeline::Pipeline;

pub(crate) use pinned::Locked;
