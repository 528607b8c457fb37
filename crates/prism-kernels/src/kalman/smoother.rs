//! States of Kalman filters given all measurements.

use super::smooth_large::smooth_words;
use super::{KALMAN_SMOOTH, KALMAN_SMOOTH_LARGE, kalman_smooth, kalman_smooth_large};
use crate::argument::exactly;
use crate::batch::{Batch, together};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "kalman_smoother";

/// What every step of every filter was, given all measurements.
#[derive(Debug, Outputs)]
pub struct Smoothed<T: Real> {
    /// The state, `[T, .., n]`.
    pub x: Buffer<T>,
    /// Its covariance, `[T, .., n, n]`.
    pub p: Buffer<T>,
}

/// States of every Kalman filter given all measurements, by the smoother of Rauch, Tung and Striebel.
///
/// States `x [T, .., n]` and covariances `p [T, .., n, n]` after every step, as
/// [`kalman_filter_steps`](super::kalman_filter_steps()) gives them; `f [n, n]`, `q [n, n]`, the control matrix `b [n, l]`
/// and its input `u [T, .., l]` as they were given to it. Above n = 32 it takes 8·B·(4n² + 2n) bytes of scratch. The formulas
/// are those of [`kalman_smooth`]. Rauch, Tung & Striebel 1965.
///
/// # Errors
/// `NotPositiveDefinite` names a step and filter whose predicted covariance is not; a shape that does not fit; u without b
/// or b without u.
#[operation(types(f32, f64), kernels(KALMAN_SMOOTH, KALMAN_SMOOTH_LARGE))]
pub fn kalman_smoother<T: Real>(
    x: &Buffer<T>,
    p: &Buffer<T>,
    f: &Buffer<T>,
    q: &Buffer<T>,
    b: Option<&Buffer<T>>,
    u: Option<&Buffer<T>>,
) -> Result<Smoothed<T>> {
    let mut batch = Batch::of(NAME, "x", "T, .., n", x)?;
    if batch.axes.is_empty() {
        let (expected, got) = ("T, .., n".into(), x.shape().to_vec());
        return Err(ErrorKind::Shape { kernel: NAME, argument: "x", expected, got }.into());
    }
    let t = batch.axes.remove(0);
    let ([n], filters, device) = (batch.last, batch.size(), x.device());
    let every = |last: &[usize]| [&[t], &batch.with(last)[..]].concat();
    exactly(NAME, "p", p.shape(), &every(&[n, n]))?;
    let control = together(NAME, ("b", b), ("u", u))?;
    let l = control.map_or(0, |(_, u)| u.shape().last().copied().unwrap_or(0));
    let none = (device.zeros(&[1, n, 0])?, device.zeros(&every(&[0]))?);
    let (b, u) = control.unwrap_or((&none.0, &none.1));
    exactly(NAME, "u", u.shape(), &every(&[l]))?;
    let (f, q, b) = (batch.shared("f", f, &[n, n])?, batch.shared("q", q, &[n, n])?, batch.shared("b", b, &[n, l])?);
    let (x, p) = (x.seen_as(&[t, filters, n])?, p.seen_as(&[t, filters, n, n])?);
    let mut out = Smoothed { x: device.zeros(&[t, filters, n])?, p: device.zeros(&[t, filters, n, n])? };
    let mut status = device.zeros(&[1])?;
    let u = u.seen_as(&[t, filters, l])?;
    if n <= 32 {
        kalman_smooth(&x, &p, &f, &q, &b, &u, &mut out.x, &mut out.p, &mut status)?;
    } else {
        let mut scratch = device.zeros(&[filters, smooth_words(n as u64) as usize])?;
        kalman_smooth_large(&x, &p, &f, &q, &b, &u, &mut out.x, &mut out.p, &mut status, &mut scratch)?;
    }
    super::filter_step::judge(NAME, "the predicted covariance", &status, filters, true)?;
    Ok(Smoothed { x: out.x.reshaped(&every(&[n]))?, p: out.p.reshaped(&every(&[n, n]))? })
}
