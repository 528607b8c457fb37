//! The nearest-neighbour estimators of Kraskov, Stögbauer & Grassberger and their surrogates.

pub mod batch;
mod distance_kth;
mod inputs;
mod near;
pub mod order;
pub mod search;
pub mod shuffle;
mod small_te;
mod surrogate_sources;
mod te_reduction;
pub mod terms;

pub use distance_kth::{FUSED_DISTANCE_KTH, fused_distance_kth, fused_distance_kth_reference};
pub use small_te::{FUSED_SMALL_TE, fused_small_te, fused_small_te_reference};
pub use surrogate_sources::{SURROGATE_SOURCES, displaced, surrogate_sources, surrogate_sources_reference};
pub use te_reduction::{FUSED_TE_REDUCTION, fused_te_reduction, fused_te_reduction_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] =
    &[&FUSED_DISTANCE_KTH, &FUSED_TE_REDUCTION, &FUSED_SMALL_TE, &SURROGATE_SOURCES];
