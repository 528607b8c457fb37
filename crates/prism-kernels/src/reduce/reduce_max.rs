//! Maximum over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Largest element over the axes of the settings, exactly; NaN where one is.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; −∞ where there are none. Of 0 and −0 the first. Equals `numpy.max` and ONNX `ReduceMax`.
/// Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_max<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_max", Reduction::Max, x, settings)
}
