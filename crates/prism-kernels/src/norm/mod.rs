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
pub use layer_norm_rows::{
    LAYER_NORM_LONG_ROWS, LAYER_NORM_ROWS, layer_norm_long_rows, layer_norm_long_rows_reference, layer_norm_rows,
    layer_norm_rows_reference,
};
pub use softmax::{SoftmaxSettings, softmax};
pub use softmax_columns::{
    SOFTMAX_COLUMNS, SOFTMAX_LONG_COLUMNS, softmax_columns, softmax_columns_reference, softmax_long_columns,
    softmax_long_columns_reference,
};
pub use softmax_rows::{
    SOFTMAX_LONG_ROWS, SOFTMAX_ROWS, softmax_long_rows, softmax_long_rows_reference, softmax_rows,
    softmax_rows_reference,
};

use prism_device::{Arg, Dtype, Entry, Float, Operation};

/// The kernels of this family.
pub const KERNELS: &[&Entry] = &[
    &BATCH_NORM_APPLY,
    &CHANNEL_MOMENTS,
    &CHANNEL_STATISTICS,
    &LAYER_NORM_LONG_ROWS,
    &LAYER_NORM_ROWS,
    &SOFTMAX_COLUMNS,
    &SOFTMAX_LONG_COLUMNS,
    &SOFTMAX_LONG_ROWS,
    &SOFTMAX_ROWS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> Operation] = &[
    fused_batchnorm_relu::fused_batchnorm_relu_operation,
    batch_norm::batch_norm_operation,
    fused_exp_normalize::fused_exp_normalize_operation,
    fused_layernorm_gelu::fused_layernorm_gelu_operation,
    layer_norm::layer_norm_operation,
    softmax::softmax_operation,
];

/// The kernel for rows of n elements of type T, and the form in which it holds them, as `row.cuh` of the CUDA side numbers
/// them.
pub(crate) fn kernel_of<'a, T: Float>(
    n: usize,
    short: &'static Entry,
    long: &'static Entry,
) -> (&'static Entry, Arg<'a>) {
    let ragged = u32::from(!n.is_multiple_of(8));
    let span = n + 7 * ragged as usize;
    // Of doubles a thread of a long row holds half as many.
    let places = if span > 4096 && T::DTYPE == Dtype::F64 { 2 * span } else { span };
    let (kernel, form) = match places {
        0..=256 => (short, ragged),
        257..=4096 => (short, 2 + ragged),
        4097..=8192 => (long, 0),
        8193..=16_384 => (long, 1),
        _ => (long, 2),
    };
    (kernel, Arg::Scalar(form.into()))
}

/// The threads that hold `r` rows of n elements in a form of the kernels for short rows.
pub(crate) fn row_threads(r: u64, n: u64, form: u64) -> u64 {
    let each = if form < 2 { 8 } else { 32 };
    r * (n + 7 * (form % 2)).div_ceil(each).max(1).next_power_of_two()
}
