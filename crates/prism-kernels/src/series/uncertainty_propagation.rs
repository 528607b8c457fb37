//! Propagation of uncertainty: the covariance of what is computed from uncertain quantities.

use super::{CORRELATION, UNCERTAINTY_PRODUCT, UNCERTAINTY_PRODUCT_TILES};
use super::{UNCERTAINTY_SCALED, UNCERTAINTY_WEIGHTED, UNCERTAINTY_WEIGHTED_TILES};
use super::{correlation, uncertainty_product, uncertainty_product_tiles};
use super::{uncertainty_scaled, uncertainty_weighted, uncertainty_weighted_tiles};
use crate::batch::Batch;
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "uncertainty_propagation";
/// Rows and columns up to which a thread has an element; tiles would be mostly empty.
const SMALL: usize = 20;

/// The uncertainty of the outputs.
#[derive(Debug, Outputs)]
pub struct Propagated<T: Real> {
    /// Their covariance, `[.., m, m]`, symmetric to the bit.
    pub covariance: Buffer<T>,
    /// Their correlation, `[.., m, m]`.
    pub correlation: Option<Buffer<T>>,
}

/// Law of propagation of uncertainty, `Σ_y = J·Σ_x·Jᵀ + Q`, in the squares of the units of the outputs.
///
/// Jacobian `j [.., m, n]`; `sigma` is the covariance of the inputs `[.., n, n]`, or of inputs without correlation the
/// variances `[.., n]`; `q [m, m]` or `[.., m, m]` is added where given. JCGM 100:2008, 5.2. Arithmetic in doubles;
/// scratch of 8·B·m·n bytes.
///
/// # Errors
/// A shape does not fit; out of memory.
#[operation(
    types(f32, f64),
    kernels(
        UNCERTAINTY_WEIGHTED,
        UNCERTAINTY_WEIGHTED_TILES,
        UNCERTAINTY_SCALED,
        UNCERTAINTY_PRODUCT,
        UNCERTAINTY_PRODUCT_TILES,
        CORRELATION
    )
)]
pub fn uncertainty_propagation<T: Real>(
    j: &Buffer<T>,
    sigma: &Buffer<T>,
    q: Option<&Buffer<T>>,
    /// Whether the correlation of the outputs is given out too.
    #[default(false)]
    with_correlation: bool,
) -> Result<Propagated<T>> {
    let (batch, device) = (Batch::of(NAME, "j", "m, n", j)?, j.device());
    let ([m, n], b) = (batch.last, batch.size());
    let (j, mut weighted) = (j.seen_as(&[b, m, n])?, device.zeros(&[b, m, n])?);
    if sigma.shape().len() == batch.axes.len() + 1 {
        uncertainty_scaled(&j, &batch.each("sigma", sigma, &[n])?, &mut weighted)?;
    } else {
        let sigma = batch.each("sigma", sigma, &[n, n])?;
        if m.min(n) > SMALL {
            uncertainty_weighted_tiles(&j, &sigma, &mut weighted)?;
        } else {
            uncertainty_weighted(&j, &sigma, &mut weighted)?;
        }
    }
    let none = device.zeros(&[1, 0, 0])?;
    let q = q.map_or_else(|| none.seen_as(&[1, 0, 0]), |q| batch.shared("q", q, &[m, m]))?;
    let mut covariance = device.zeros(&[b, m, m])?;
    if m > SMALL {
        uncertainty_product_tiles(&weighted, &j, &q, &mut covariance)?;
    } else {
        uncertainty_product(&weighted, &j, &q, &mut covariance)?;
    }
    let mut asked = None;
    if with_correlation {
        let mut found = device.zeros(&[b, m, m])?;
        correlation(&covariance, &mut found)?;
        asked = Some(found.reshaped(&batch.with(&[m, m]))?);
    }
    Ok(Propagated { covariance: covariance.reshaped(&batch.with(&[m, m]))?, correlation: asked })
}
