//! Euclidean norm over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Norm (Σx²)^½ over the axes of the settings.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; 0 where there are no elements. Squares are doubles, so that of narrower types none leaves the range; of f64 they do beyond 10¹⁵⁴. Equals `numpy.linalg.norm` of doubles and ONNX `ReduceL2`.
/// Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_l2<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_l2", Reduction::L2, x, settings)
}
