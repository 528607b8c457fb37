//! Theoretical occupancy: how many warps of a kernel a multiprocessor holds at once, and what stops it from holding more.
//!
//! [`GpuProperties`] are the limits of a GPU. A [`KernelTuner`] holds a [`KernelConfig`] against them. Limits that the
//! driver reports are asked from it; units of allocation, which it does not report, are in `architecture`.

mod architecture;
mod calculate;
#[cfg(test)]
mod known_answers;
mod properties;
mod recommend;
mod tuner;

pub use calculate::{KernelConfig, LimitingFactor, OccupancyInfo};
pub use properties::{ComputeCapability, GpuProperties};
pub use recommend::{Recommendation, RecommendedConfig, SharedMemory};
pub use tuner::KernelTuner;
