//! Normalisations: softmax and layer normalisation of rows along the last axis, batch normalisation of channels.
//!
//! Elements are `f16`, `bf16`, `f32` and, but for layer normalisation, `f64`; the first two are computed in `f32` and rounded
//! once. Memory-bound: a row that fits a block's registers is read once and written once.

mod batch_norm;
mod batch_norm_apply;
mod channel_moments;
mod channel_statistics;
mod channels;
mod fused_batchnorm_relu;
mod layer_norm;
mod softmax;

pub use batch_norm::{BatchNormOutputs, BatchNormSettings, batch_norm};
pub use batch_norm_apply::{BATCH_NORM_APPLY, batch_norm_apply, batch_norm_apply_reference};
pub use channel_moments::{CHANNEL_MOMENTS, channel_moments, channel_moments_reference};
pub use channel_statistics::{CHANNEL_STATISTICS, channel_statistics, channel_statistics_reference};
pub use fused_batchnorm_relu::{FusedBatchnormReluSettings, fused_batchnorm_relu};
pub use layer_norm::{LAYER_NORM, layer_norm, layer_norm_reference};
pub use softmax::{SOFTMAX, softmax, softmax_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] =
    &[&BATCH_NORM_APPLY, &CHANNEL_MOMENTS, &CHANNEL_STATISTICS, &LAYER_NORM, &SOFTMAX];
