//! Normalisations: softmax, layer and batch normalisation, alone and with what comes before or after.
//!
//! Elements are `f16`, `bf16`, `f32` and `f64`; the first two are computed in `f32` and rounded once. Memory-bound: a row
//! that fits a block's registers is read once and written once.

mod batch_norm;
mod batch_norm_apply;
mod channel_moments;
mod channel_statistics;
mod channels;
mod fused_batchnorm_relu;
mod fused_exp_normalize;
mod fused_layernorm_gelu;
mod layer_norm;
mod layer_norm_rows;
mod softmax;
mod softmax_columns;
mod softmax_rows;

pub use batch_norm::{BatchNormOutputs, BatchNormSettings, batch_norm};
pub use batch_norm_apply::{BATCH_NORM_APPLY, batch_norm_apply, batch_norm_apply_reference};
pub use channel_moments::{CHANNEL_MOMENTS, channel_moments, channel_moments_reference};
pub use channel_statistics::{CHANNEL_STATISTICS, channel_statistics, channel_statistics_reference};
pub use fused_batchnorm_relu::{FusedBatchnormReluSettings, fused_batchnorm_relu};
pub use fused_exp_normalize::{ExpNormalized, fused_exp_normalize};
pub use fused_layernorm_gelu::{LayerNormGeluSettings, fused_layernorm_gelu};
pub use layer_norm::{LayerNorm, LayerNormSettings, layer_norm};
pub use layer_norm_rows::{LAYER_NORM_ROWS, layer_norm_rows, layer_norm_rows_reference};
pub use softmax::{SoftmaxSettings, softmax};
pub use softmax_columns::{SOFTMAX_COLUMNS, softmax_columns, softmax_columns_reference};
pub use softmax_rows::{SOFTMAX_ROWS, softmax_rows, softmax_rows_reference};

use prism_device::{Device, Entry, Operation};

/// The kernels of this family.
pub const KERNELS: &[&Entry] =
    &[&BATCH_NORM_APPLY, &CHANNEL_MOMENTS, &CHANNEL_STATISTICS, &LAYER_NORM_ROWS, &SOFTMAX_COLUMNS, &SOFTMAX_ROWS];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> Operation] = &[
    fused_batchnorm_relu::fused_batchnorm_relu_operation,
    batch_norm::batch_norm_operation,
    fused_exp_normalize::fused_exp_normalize_operation,
    fused_layernorm_gelu::fused_layernorm_gelu_operation,
    layer_norm::layer_norm_operation,
    softmax::softmax_operation,
];

/// How a launch shares rows out: `row.cuh` of the CUDA side says what it makes of it.
pub(crate) struct Share {
    /// 1 where the device has the shared memory for rows to come.
    pub staged: u32,
    /// Four times the blocks that work at once, one a multiprocessor: those that memory serves sooner take more.
    pub blocks: u32,
}

impl Share {
    pub fn of(device: &Device) -> Self {
        let staged = u32::from(device.shared_memory() >= 65_536 + 2_048);
        Self { staged, blocks: 4 * device.multiprocessors() as u32 }
    }
}

/// The threads for `r` rows of `n` elements: as many blocks of 512 as have a row, up to `blocks`. Counted for the type of
/// which a thread holds the fewest.
pub(crate) fn row_threads(r: u64, n: u64, blocks: u64) -> u64 {
    let each = if n <= 256 { 8 } else { 16 };
    let of_row = n.div_ceil(each).clamp(1, 512).next_power_of_two();
    (r * of_row).div_ceil(512).min(blocks) * 512
}
