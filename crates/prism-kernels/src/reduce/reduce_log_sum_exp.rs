//! Logarithm of the sum of exponentials over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// ln Σeˣ over the axes of the settings, in nats, exponents taken over the largest element.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; −∞ where there are no elements and where all are −∞. +∞ where an element is. Milakov & Gimelshein 2018. Equals `scipy.special.logsumexp` and ONNX `ReduceLogSumExp`.
/// Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_log_sum_exp<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_log_sum_exp", Reduction::LogSumExp, x, settings)
}
