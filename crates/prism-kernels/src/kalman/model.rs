//! A linear Gaussian state-space model.

use prism_device::{Buffer, Element};

/// A linear Gaussian state-space model: x′ = Fx + Bu + N(0, Q), z = Hx + N(0, R).
///
/// Every matrix is one for all filters, `[1, …]`, or one a filter, `[b, …]`.
pub struct Model<'a, T: Element> {
    /// The transition, `[1|b, n, n]`.
    pub f: &'a Buffer<T>,
    /// The covariance of the process noise, `[1|b, n, n]`.
    pub q: &'a Buffer<T>,
    /// The measurement, `[1|b, m, n]`.
    pub h: &'a Buffer<T>,
    /// The covariance of the measurement noise, `[1|b, m, m]`.
    pub r: &'a Buffer<T>,
    /// The control matrix B, `[1|b, n, l]`; it goes with an input u.
    pub b: Option<&'a Buffer<T>>,
}
