//! One or many steps of a batch of Kalman filters, from the model to the state.

use super::{Model, kalman_step, kalman_steps};
use prism_device::{Buffer, Error, ErrorKind, Real, Result};

/// What one step of every filter gives.
pub struct Filtered<T: Real> {
    /// The state, `[b, n]`.
    pub x: Buffer<T>,
    /// Its covariance, `[b, n, n]`.
    pub p: Buffer<T>,
    /// The innovation, `[b, m]`; NaN where the measurement is missing.
    pub y: Buffer<T>,
    /// The covariance of the innovation, `[b, m, m]`.
    pub s: Buffer<T>,
    /// The gain, `[b, n, m]`.
    pub k: Buffer<T>,
    /// The log-likelihood of what was measured, in nats, `[b]`.
    pub ll: Buffer<T>,
}

/// What every step of every filter gives: as [`Filtered`], each with the time before its shape.
pub type FilteredSteps<T> = Filtered<T>;

/// One step of every Kalman filter: predict, then update with `z`.
///
/// `x [b, n]`, `p [b, n, n]`, `z [b, m]`, `u [b, l]` where the model has a control matrix. n ≤ 32, m ≤ 16. `joseph` is
/// the default form of the covariance's update; without it P = (I − KH)P. The formulas are those of
/// [`kalman_steps`]. NaN in `z` is missing: those rows are left out of the update, and all of it where all are.
///
/// # Errors
/// `NotPositiveDefinite` names the first filter whose S is not; a shape that does not fit; u without B or B without u.
pub fn kalman_filter_step<T: Real>(
    x: &Buffer<T>,
    p: &Buffer<T>,
    model: &Model<T>,
    z: &Buffer<T>,
    u: Option<&Buffer<T>>,
    joseph: bool,
) -> Result<Filtered<T>> {
    filter("kalman_filter_step", x, model, z, u, |control, u, out, status| {
        let (Model { f, q, h, r, .. }, Filtered { x: x_next, p: p_next, y, s, k, ll }) = (model, out);
        kalman_step(x, p, f, q, h, r, control, u, z, x_next, p_next, y, s, k, ll, status, joseph.into())
    })
}

/// Steps of every Kalman filter, one for each measurement in `z [t, b, m]`, in one launch.
///
/// As [`kalman_filter_step`]; `u [t, b, l]`. The covariances and states of all steps are kept: t·b·(n² + …) numbers.
///
/// # Errors
/// As [`kalman_filter_step`]; the first step and filter are named.
pub fn kalman_filter_steps<T: Real>(
    x: &Buffer<T>,
    p: &Buffer<T>,
    model: &Model<T>,
    z: &Buffer<T>,
    u: Option<&Buffer<T>>,
    joseph: bool,
) -> Result<FilteredSteps<T>> {
    filter("kalman_filter_steps", x, model, z, u, |control, u, out, status| {
        let (Model { f, q, h, r, .. }, Filtered { x: x_next, p: p_next, y, s, k, ll }) = (model, out);
        kalman_steps(x, p, f, q, h, r, control, u, z, x_next, p_next, y, s, k, ll, status, joseph.into())
    })
}

/// Allocates what `kernel` fills, gives it B and u or matrices of no columns, and judges its status.
fn filter<T: Real>(
    name: &'static str,
    x: &Buffer<T>,
    model: &Model<T>,
    z: &Buffer<T>,
    u: Option<&Buffer<T>>,
    kernel: impl FnOnce(&Buffer<T>, &Buffer<T>, &mut Filtered<T>, &mut Buffer<u64>) -> Result<()>,
) -> Result<Filtered<T>> {
    let (n, m) = (last(x), last(z));
    let lead = &z.shape()[..z.shape().len().saturating_sub(1)];
    let mut out = Filtered::zeros(x, lead, n, m)?;
    let (no_control, no_input) = (x.device().zeros(&[1, n, 0])?, x.device().zeros(&shape(lead, &[0]))?);
    let (control, u) = controlled(name, model, u, (&no_control, &no_input))?;
    let mut status = x.device().zeros(&[1])?;
    kernel(control, u, &mut out, &mut status)?;
    judge(name, &status, lead)?;
    Ok(out)
}

impl<T: Real> Filtered<T> {
    fn zeros(like: &Buffer<T>, lead: &[usize], n: usize, m: usize) -> Result<Self> {
        let zeros = |tail: &[usize]| like.device().zeros(&shape(lead, tail));
        Ok(Self {
            x: zeros(&[n])?,
            p: zeros(&[n, n])?,
            y: zeros(&[m])?,
            s: zeros(&[m, m])?,
            k: zeros(&[n, m])?,
            ll: zeros(&[])?,
        })
    }
}

fn last<T: Real>(buffer: &Buffer<T>) -> usize {
    buffer.shape().last().copied().unwrap_or(0)
}

fn shape(lead: &[usize], tail: &[usize]) -> Vec<usize> {
    [lead, tail].concat()
}

/// B and u, or matrices of no columns; one without the other is refused.
fn controlled<'a, T: Real>(
    kernel: &'static str,
    model: &Model<'a, T>,
    u: Option<&'a Buffer<T>>,
    none: (&'a Buffer<T>, &'a Buffer<T>),
) -> Result<(&'a Buffer<T>, &'a Buffer<T>)> {
    let missing = |argument, expected: &str, got: &Buffer<T>| -> Error {
        ErrorKind::Shape { kernel, argument, expected: expected.into(), got: got.shape().to_vec() }.into()
    };
    match (model.b, u) {
        (Some(b), Some(u)) => Ok((b, u)),
        (None, None) => Ok(none),
        (None, Some(u)) => Err(missing("u", "no input without a control matrix b", u)),
        (Some(b), None) => Err(missing("b", "no control matrix without an input u", b)),
    }
}

fn judge(operation: &'static str, status: &Buffer<u64>, lead: &[usize]) -> Result<()> {
    let word = status.download()?[0];
    if word == 0 {
        return Ok(());
    }
    let (place, filters) = (u64::MAX - word, lead.last().map_or(1, |&b| b as u64));
    let filter = format!("filter {}", place % filters);
    let at = if lead.len() > 1 { format!("{filter}, step {}", place / filters) } else { filter };
    Err(ErrorKind::NotPositiveDefinite { operation, matrix: "S", at }.into())
}
