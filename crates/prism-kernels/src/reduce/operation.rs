//! From the settings of a reduction to its chain of folds.

use super::axes::{chosen, reduced_shape};
use super::chain::reduce;
use super::reduction::Reduction;
use super::{ArgSettings, ReduceSettings};
use crate::argument::require;
use prism_device::{Buffer, Float, Result};

/// The reduction to numbers that the settings ask for.
pub(super) fn reduced<T: Float>(
    operation: &'static str,
    how: Reduction,
    x: &Buffer<T>,
    settings: &ReduceSettings,
) -> Result<Buffer<T>> {
    let mut goes = chosen(operation, &settings.axes, x.shape().len())?;
    if settings.axes.is_empty() && !settings.noop_with_empty_axes {
        goes.fill(true);
    }
    reduce(how, x, &goes)?.values.reshaped(&reduced_shape(x.shape(), &goes, settings.keepdims))
}

/// The search for a place that the settings ask for.
pub(super) fn located<T: Float>(
    operation: &'static str,
    how: Reduction,
    x: &Buffer<T>,
    settings: &ArgSettings,
) -> Result<Buffer<i64>> {
    let mut goes = chosen(operation, &settings.axes, x.shape().len())?;
    if settings.axes.is_empty() {
        goes.fill(true);
    }
    let values = || format!("axes = {:?}, shape = {:?}", settings.axes, x.shape());
    let starts = (0..goes.len()).filter(|&at| goes[at] && (at == 0 || !goes[at - 1])).count();
    require(operation, starts <= 1, "axes side by side", values)?;
    let shape = reduced_shape(x.shape(), &goes, settings.keepdims);
    let searched = x.shape().iter().zip(&goes).all(|(extent, goes)| !goes || *extent > 0);
    require(operation, searched || shape.contains(&0), "an element along the axes", values)?;
    if shape.contains(&0) {
        return x.device().zeros(&shape);
    }
    reduce(how, x, &goes)?.places.reshaped(&shape)
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
