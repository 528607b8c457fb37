//! Normalisations of rows: softmax and layer normalisation along the last axis.
//!
//! Elements are `f16`, `bf16`, `f32` and, for softmax, `f64`; the first two are computed in `f32` and rounded once.
//! Memory-bound: a row that fits a block's registers is read once and written once.

mod layer_norm;
mod softmax;

pub use layer_norm::{LAYER_NORM, layer_norm, layer_norm_reference};
pub use softmax::{SOFTMAX, softmax, softmax_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&LAYER_NORM, &SOFTMAX];
