//! Normalisations: softmax, layer and batch normalisation, alone and with what comes before or after.
//!
//! Elements are `f16`, `bf16`, `f32` and `f64`; the first two are computed in `f32` and rounded once. Memory-bound: a row
//! of up to 256 KiB is read once and written once.

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

use prism_device::{Arg, Device, Entry, Float, Operation};

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

/// The kernel for rows of n elements of type T, and the form in which it takes them, as their declarations number it.
pub(crate) fn kernel_of<'a, T: Float>(
    device: &Device,
    n: usize,
    short: &'static Entry,
    long: &'static Entry,
) -> (&'static Entry, Arg<'a>) {
    let ragged = u32::from(!n.is_multiple_of(8));
    let (kernel, form) = match n {
        0..=256 => (short, ragged),
        257..=4096 => (short, 2 + ragged),
        _ => (long, u32::from(long_row_shared(n as u64, size_of::<T>() as u64, 0) > device.shared_memory() as u64)),
    };
    (kernel, Arg::Scalar(form.into()))
}

/// The threads that hold `r` rows of n elements in a form of the kernels for short rows.
pub(crate) fn row_threads(r: u64, n: u64, form: u64) -> u64 {
    let each = if form < 2 { 8 } else { 32 };
    r * n.div_ceil(each).max(1).next_power_of_two()
}

/// Packs of 16 bytes that a long row may touch, 0 where it is read anew for every pass.
fn long_row_packs(n: u64, bytes: u64, form: u64) -> u64 {
    let of_pack = 16 / bytes;
    let packs = if n.is_multiple_of(of_pack) { n / of_pack } else { (n + of_pack - 1).div_ceil(of_pack) };
    if form == 0 && packs <= 16_384 { packs } else { 0 }
}

/// The threads of the block that takes a long row of n elements: up to 9, 11 and 16 packs each.
pub(crate) fn long_row_threads(n: u64, bytes: u64, form: u64) -> u64 {
    match long_row_packs(n, bytes, form) {
        1..=1152 => 128,
        1153..=2816 => 256,
        0 | 2817..=8192 => 512,
        _ => 1024,
    }
}

/// The shared memory of that block: two packs are in the registers of a thread, there is what is beyond.
pub(crate) fn long_row_shared(n: u64, bytes: u64, form: u64) -> u64 {
    let threads = long_row_threads(n, bytes, form);
    long_row_packs(n, bytes, form).div_ceil(threads).saturating_sub(2) * threads * 16
}

#[cfg(test)]
mod tests {
    use super::{long_row_shared, long_row_threads, row_threads};

    #[test]
    fn a_long_row_fits_its_block_to_256_kib() {
        for bytes in [2, 4, 8] {
            for n in [4097, 8192, 8193, 65_536 / bytes, 100_000 / bytes, 262_144 / bytes - 16 / bytes + 1] {
                let (threads, shared) = (long_row_threads(n, bytes, 0), long_row_shared(n, bytes, 0));
                let touched = if n % (16 / bytes) == 0 { n * bytes } else { n * bytes + 16 - bytes };
                assert!(touched <= 32 * threads + shared && shared <= 224 << 10, "{n} of {bytes}: {threads}, {shared}");
            }
            assert_eq!(long_row_shared(262_144 / bytes, bytes, 0), 224 << 10);
            assert_eq!(long_row_shared(262_144 / bytes + 1, bytes, 0), 0);
            assert_eq!((long_row_threads(8192, bytes, 1), long_row_shared(8192, bytes, 1)), (512, 0));
        }
    }

    #[test]
    fn a_short_row_has_a_power_of_two_of_threads() {
        assert_eq!([1, 8, 9, 256].map(|n| row_threads(3, n, 1)), [3, 3, 6, 96]);
        assert_eq!([257, 1023, 1025, 4096].map(|n| row_threads(3, n, 3)), [48, 96, 192, 384]);
    }
}
