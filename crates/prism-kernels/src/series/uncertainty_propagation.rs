//! Propagation of uncertainty: the covariance of what is computed from uncertain quantities.

use super::{correlation, uncertainty_product, uncertainty_scaled, uncertainty_weighted, unscented_transform};
use prism_device::{Buffer, ErrorKind, Real, Result};

/// The uncertainty of the inputs.
#[derive(Clone, Copy)]
pub enum Covariance<'a, T: Real> {
    /// Covariances, `[b, n, n]`.
    Full(&'a Buffer<T>),
    /// Variances of inputs without correlation, `[b, n]`.
    Diagonal(&'a Buffer<T>),
}

/// The uncertainty of the outputs.
pub struct Propagated<T: Real> {
    /// Their covariance, `[b, m, m]`, symmetric to the bit.
    pub covariance: Buffer<T>,
    /// Their correlation, `[b, m, m]`, where it was asked for.
    pub correlation: Option<Buffer<T>>,
}

/// Mean and covariance of what sigma points become.
pub struct Recombined<T: Real> {
    /// The mean, `[b, m]`.
    pub mean: Buffer<T>,
    /// The covariance, `[b, m, m]`, symmetric to the bit.
    pub covariance: Buffer<T>,
}

/// Law of propagation of uncertainty, `Σ_y = J·Σ_x·Jᵀ + Q`, in the squares of the units of the outputs.
///
/// `j [b, m, n]`, `sigma` [`Covariance`] of the inputs, `q [1|b, m, m]` added where given. With `with_correlation` also
/// the correlation of the outputs. JCGM 100:2008, 5.2. Arithmetic in doubles; scratch of 8·b·m·n bytes.
///
/// # Errors
/// A shape does not fit; out of memory.
pub fn uncertainty_propagation<T: Real>(
    j: &Buffer<T>,
    sigma: Covariance<T>,
    q: Option<&Buffer<T>>,
    with_correlation: bool,
) -> Result<Propagated<T>> {
    let device = j.device();
    let [b, m] = extents(j);
    let mut weighted = device.zeros(j.shape())?;
    match sigma {
        Covariance::Full(sigma) => uncertainty_weighted(j, sigma, &mut weighted)?,
        Covariance::Diagonal(variances) => uncertainty_scaled(j, variances, &mut weighted)?,
    }
    let none = device.zeros(&[1, 0, 0])?;
    let mut covariance = device.zeros(&[b, m, m])?;
    uncertainty_product(&weighted, j, q.unwrap_or(&none), &mut covariance)?;
    let mut asked = None;
    if with_correlation {
        let mut found = device.zeros(&[b, m, m])?;
        correlation(&covariance, &mut found)?;
        asked = Some(found);
    }
    Ok(Propagated { covariance, correlation: asked })
}

/// Mean and covariance of transformed sigma points by the weights of the scaled unscented transform.
///
/// `y [b, 2n + 1, m]`: the images of the points, the centre's first; `q [1|b, m, m]` is added where given. The usual
/// parameters are α = 1e-3, β = 2, κ = 0. See [`unscented_transform`].
///
/// # Errors
/// α is not positive or n + κ is 0, so that there are no weights; a shape does not fit.
pub fn unscented_propagation<T: Real>(
    y: &Buffer<T>,
    q: Option<&Buffer<T>>,
    alpha: f64,
    beta: f64,
    kappa: f64,
) -> Result<Recombined<T>> {
    let [b, points] = extents(y);
    let n = (points.saturating_sub(1) / 2) as f64;
    if !(alpha > 0.0 && alpha.is_finite() && beta.is_finite() && kappa.is_finite() && n + kappa != 0.0) {
        let values = format!("alpha = {alpha}, beta = {beta}, kappa = {kappa}, n = {n}");
        let condition = "alpha > 0, n + kappa != 0 and all finite";
        return Err(ErrorKind::Requirement { kernel: "unscented_propagation", condition, values }.into());
    }
    let m = y.shape().get(2).copied().unwrap_or(0);
    let device = y.device();
    let none = device.zeros(&[1, 0, 0])?;
    let (mut mean, mut covariance) = (device.zeros(&[b, m])?, device.zeros(&[b, m, m])?);
    unscented_transform(y, q.unwrap_or(&none), &mut mean, &mut covariance, alpha, beta, kappa)?;
    Ok(Recombined { mean, covariance })
}

/// The first two extents.
fn extents<T: Real>(buffer: &Buffer<T>) -> [usize; 2] {
    [0, 1].map(|at| buffer.shape().get(at).copied().unwrap_or(0))
}
