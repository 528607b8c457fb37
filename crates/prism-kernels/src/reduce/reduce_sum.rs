//! Sum over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Σx over the axes of the settings.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; 0 where there are none to add. Sums run in f32 over a few neighbours and in double precision over those, compensated; one rounding. Equals `numpy.sum` of doubles and ONNX `ReduceSum`.
/// Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_sum<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_sum", Reduction::Sum, x, settings)
}
