//! Place of the maximum along axes.

use super::ArgSettings;
use super::operation::located;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Place of the largest element along the axes of the settings, counted through them in row-major order.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place. Of equals the first; NaN is largest of all,
/// the first of several. Equals `numpy.argmax` and ONNX `ArgMax`. Read once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice, for axes that do not lie side by side, and for
/// axes without elements; out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN),
    output(index),
    rows(x = 0)
)]
pub fn arg_max<T: Float>(x: &Buffer<T>, settings: &ArgSettings) -> Result<Buffer<i64>> {
    located("arg_max", Reduction::ArgMax, x, settings)
}
