//! Vectors divided by their norm, sum or deviation, along any axis.

use super::axes::place;
use super::scale::Scale;
use super::{NORMALIZE_COLUMNS, NORMALIZE_LONG_COLUMNS, NORMALIZE_LONG_ROWS, NORMALIZE_ROWS};
use crate::argument::{judged, require};
use crate::columns;
use crate::norm::kernel_of;
use prism_derive::{Setting, Settings, operation};
use prism_device::{Arg, Buffer, Float, Result, Scalar, run};

const NAME: &str = "normalize";

/// What vectors are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum NormalizeMode {
    /// Their p-norm, or ε where that is larger.
    #[default]
    Lp,
    /// Their sum.
    Sum,
    /// Of distances from the mean, the standard deviation.
    Zscore,
}

/// What [`normalize`] is told.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct NormalizeSettings {
    /// What vectors are divided by.
    pub mode: NormalizeMode,
    /// The axis along which vectors lie, from −rank to rank − 1.
    pub axis: i64,
    /// The p of the norm: 1, 2 or infinity.
    pub p: f64,
    /// ε, the least norm divided by: 0 or greater, in units of x.
    pub epsilon: f64,
    /// What is taken from the number of elements to give the degrees of freedom of the standard deviation.
    pub ddof: u32,
}

impl Default for NormalizeSettings {
    fn default() -> Self {
        Self { mode: NormalizeMode::Lp, axis: -1, p: 2.0, epsilon: 1e-12, ddof: 1 }
    }
}

/// x/max(‖x‖ₚ, ε), x/Σx or (x − mean)/std of every vector along an axis.
///
/// `x` of any shape → the same shape. A vector of zeros stays one; one whose standard deviation is 0 becomes zeros, and
/// with no degree of freedom NaN, as with a NaN in it. Statistics are doubles, the mean before the deviation. Equals
/// `torch.nn.functional.normalize`, ONNX `LpNormalization` and `scipy.stats.zscore`. Along the last axis vectors of up to
/// 256 KiB are read once and written once, along another those of up to 1024 elements; otherwise they are read twice, for the
/// deviation up to four times.
///
/// # Errors
/// `Requirement` for an axis that `x` does not have, a p other than 1, 2 and infinity, and an ε that is negative or NaN;
/// `Value` where a sum to divide by is 0; out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(
        super::NORMALIZE_ROWS,
        super::NORMALIZE_LONG_ROWS,
        super::NORMALIZE_COLUMNS,
        super::NORMALIZE_LONG_COLUMNS
    ),
    rows(x = 0)
)]
pub fn normalize<T: Float>(x: &Buffer<T>, settings: &NormalizeSettings) -> Result<Buffer<T>> {
    let (axis, scale) = judge(x.shape(), settings)?;
    let [o, i] = [&x.shape()[..axis], &x.shape()[axis + 1..]].map(|extents| extents.iter().product::<usize>());
    let (n, device) = (x.shape()[axis], x.device());
    let flat = if i == 1 && u32::try_from(n).is_ok() { vec![o, n] } else { vec![o, n, i] };
    let (mut y, mut fault) = (device.zeros(&flat)?, device.zeros::<u64>(&[1])?);
    let seen = x.seen_as(&flat)?;
    let scalars: [Scalar; 3] = [settings.epsilon.into(), (scale as u32).into(), settings.ddof.into()];
    let [epsilon, by, ddof] = scalars.map(Arg::Scalar);
    let (from, to, status) = (Arg::In(&seen), Arg::Out(&mut y), Arg::Out(&mut fault));
    if flat.len() == 2 {
        let (kernel, form) = kernel_of::<T>(device, n, &NORMALIZE_ROWS, &NORMALIZE_LONG_ROWS);
        run(kernel, &mut [from, to, status, epsilon, by, ddof, form])?;
    } else {
        let (kernel, width) = columns::kernel_of::<T>([o, n, i], &NORMALIZE_COLUMNS, &NORMALIZE_LONG_COLUMNS);
        run(kernel, &mut [from, to, status, epsilon, by, ddof, Arg::Scalar(width.into())])?;
    }
    if scale == Scale::Sum {
        judged(NAME, "x", "of vectors whose sums are not 0", &fault)?;
    }
    y.reshaped(x.shape())
}

/// The axis, and what vectors are divided by.
fn judge(shape: &[usize], settings: &NormalizeSettings) -> Result<(usize, Scale)> {
    let axis = place(NAME, settings.axis, shape.len())?;
    let NormalizeSettings { p, epsilon, .. } = *settings;
    require(NAME, epsilon >= 0.0 && epsilon.is_finite(), "0 <= epsilon < ∞", || format!("epsilon = {epsilon}"))?;
    let norm = [(1.0, Scale::L1), (2.0, Scale::L2), (f64::INFINITY, Scale::Largest)];
    let norm = norm.into_iter().find(|(known, _)| known.total_cmp(&p).is_eq()).map(|(_, norm)| norm);
    require(NAME, norm.is_some(), "p of 1, 2 or infinity", || format!("p = {p}"))?;
    let scale = match settings.mode {
        NormalizeMode::Lp => norm.unwrap_or(Scale::L2),
        NormalizeMode::Sum => Scale::Sum,
        NormalizeMode::Zscore => Scale::Deviation,
    };
    Ok((axis, scale))
}

#[cfg(test)]
#[path = "normalize_tests.rs"]
mod tests;
