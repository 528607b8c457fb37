//! Product over any axes.

use super::ReduceSettings;
use super::operation::reduced;
use super::reduction::Reduction;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// Product Πx over the axes of the settings.
///
/// `x` of any shape → the shape without those axes, or with 1 in their place; 1 where there are no factors. Multiplied in
/// double precision in an order of the shape's own: of f64 a partial product may leave the range of doubles, and what its
/// roundings lose is kept beside it. Equals `numpy.prod` of doubles and ONNX `ReduceProd`. Ogita, Rump & Oishi 2005. Read
/// once; two doubles of scratch for a part of what is cut.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have or that comes twice; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::FOLD_ROWS, super::FOLD_COLUMNS, super::FOLD_JOIN), rows(x = 0))]
pub fn reduce_prod<T: Float>(x: &Buffer<T>, settings: &ReduceSettings) -> Result<Buffer<T>> {
    reduced("reduce_prod", Reduction::Product, x, settings)
}
