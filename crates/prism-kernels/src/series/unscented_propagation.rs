//! Mean and covariance of what sigma points become.

use super::{UNSCENTED_TRANSFORM, unscented_transform};
use crate::argument::require;
use crate::batch::Batch;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "unscented_propagation";

/// The weights of the scaled unscented transform.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct UnscentedSettings {
    /// Spread of the points about the centre α, greater than 0.
    pub alpha: f64,
    /// What is known of the distribution β: 2 for a normal one.
    pub beta: f64,
    /// Second scaling κ.
    pub kappa: f64,
}

impl Default for UnscentedSettings {
    fn default() -> Self {
        Self { alpha: 1e-3, beta: 2.0, kappa: 0.0 }
    }
}

/// Mean and covariance of what sigma points become.
#[derive(Debug, Outputs)]
pub struct Recombined<T: Real> {
    /// The mean, `[.., m]`.
    pub mean: Buffer<T>,
    /// The covariance, `[.., m, m]`, symmetric to the bit.
    pub covariance: Buffer<T>,
}

/// Mean and covariance of transformed sigma points by the weights of the scaled unscented transform.
///
/// `y [.., 2n + 1, m]`: the images of the points, the centre's first; `q [m, m]` or `[.., m, m]` is added where given. See
/// [`unscented_transform`]. Julier & Uhlmann 1997. O(B·n·m²).
///
/// # Errors
/// α is not positive or n + κ is 0, so that there are no weights; an even number of points; a shape does not fit.
#[operation(types(f32, f64), kernels(UNSCENTED_TRANSFORM))]
pub fn unscented_propagation<T: Real>(
    y: &Buffer<T>,
    q: Option<&Buffer<T>>,
    settings: &UnscentedSettings,
) -> Result<Recombined<T>> {
    let UnscentedSettings { alpha, beta, kappa } = *settings;
    let (batch, device) = (Batch::of(NAME, "y", "2n + 1, m", y)?, y.device());
    let ([points, m], b) = (batch.last, batch.size());
    require(NAME, points >= 3 && points % 2 == 1, "2n + 1 points, n >= 1", || format!("{points} points"))?;
    let n = (points / 2) as f64;
    let has_weights = alpha > 0.0 && [alpha, beta, kappa].iter().all(|v| v.is_finite()) && n + kappa != 0.0;
    require(NAME, has_weights, "alpha > 0, n + kappa != 0 and all finite", || {
        format!("alpha = {alpha}, beta = {beta}, kappa = {kappa}, n = {n}")
    })?;
    let none = device.zeros(&[1, 0, 0])?;
    let q = q.map_or_else(|| none.seen_as(&[1, 0, 0]), |q| batch.shared("q", q, &[m, m]))?;
    let (mut mean, mut covariance) = (device.zeros(&[b, m])?, device.zeros(&[b, m, m])?);
    unscented_transform(&y.seen_as(&[b, points, m])?, &q, &mut mean, &mut covariance, alpha, beta, kappa)?;
    Ok(Recombined { mean: mean.reshaped(&batch.with(&[m]))?, covariance: covariance.reshaped(&batch.with(&[m, m]))? })
}
