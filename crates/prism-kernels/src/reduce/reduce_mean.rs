//! Mean over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Mean over the axes of the settings.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; NaN where there are no elements. Summed as [`reduce_sum`](super::reduce_sum), divided in double precision; one rounding. Equals `numpy.mean` of doubles and ONNX `ReduceMean`.
/// Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_mean<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_mean", Reduction::Mean, x, settings)
}
