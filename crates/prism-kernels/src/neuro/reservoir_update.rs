//! Echo-state networks.

use super::parameters::require;
use super::reservoir_drive::Drive;
use super::weights::{Empty, weights};
use super::{Activation, RESERVOIR_RUN, RESERVOIR_STEP};
use crate::argument::{exactly, extents};
use crate::batch::{Batch, together};
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "reservoir_update";

/// How a reservoir goes on.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct ReservoirSettings {
    /// Leak: the share of the state that is new, 0 to 1.
    #[alias("lr", "leak")]
    pub a: f64,
    /// What a neuron makes of its drive.
    pub f: Activation,
    /// Standard deviation of the noise in the drive.
    pub noise: f64,
    /// Key of the random numbers.
    pub seed: u64,
    /// The first random number that is used.
    pub offset: u64,
}

impl Default for ReservoirSettings {
    fn default() -> Self {
        Self { a: 1.0, f: Activation::Tanh, noise: 0.0, seed: 0, offset: 0 }
    }
}

impl ReservoirSettings {
    fn judge(&self) -> Result<()> {
        let Self { a, noise, .. } = *self;
        require(NAME, (0.0..=1.0).contains(&a), "0 <= a <= 1", ("a", a))?;
        require(NAME, noise >= 0.0 && noise.is_finite(), "0 <= noise < ∞", ("noise", noise))
    }
}

/// What a reservoir became.
#[derive(Debug, Outputs)]
pub struct Reservoir<T: Real> {
    /// The state after the last step `[.., N]`.
    pub x: Buffer<T>,
    /// The states after every step `[.., T, N]`, when the inputs were `[.., T, K]`.
    pub states: Option<Buffer<T>>,
}

/// One step of a reservoir for inputs `u [.., K]`, or T steps for `u [.., T, K]`.
///
/// x′ = (1 − a)·x + a·f(W·x + `w_in`·u + b + `w_fb`·y + ξ) with `x [.., N]`, W `w [N, N]` or, with `row_start [N + 1]` and
/// `column [nnz]`, the elements `[nnz]` of compressed rows, `w_in [N, K]`, `b [N]`, and feedback (`w_fb [N, M]`,
/// `y [.., M]` or `[.., T, M]`); what is absent is 0. ξ = `noise`·normal numbers, number `offset` + (t·B + i)·N + j for
/// neuron j of element i in step t, of Philox stream 0 under `seed`: a call consumes B·T·N of them, so that two calls in a
/// row, the second with that much more offset, are one long one.
///
/// Jaeger 2001, 2007; Lukoševičius 2012. Equals reservoirpy's `Reservoir(lr=a, W, Win, bias)`. O(B·T·nnz(W)): up to 256
/// neurons in one launch, above with a launch a step.
///
/// # Errors
/// Another shape, `a` outside [0, 1], `noise` that is not finite or is negative, one of `row_start` and `column` or of
/// `w_fb` and `y` without the other, compressed rows that point outside W, or a failure of the device.
#[allow(clippy::too_many_arguments)]
#[operation(types(f32, f64), kernels(RESERVOIR_STEP, RESERVOIR_RUN))]
pub fn reservoir_update<T: Real>(
    x: &Buffer<T>,
    w: &Buffer<T>,
    row_start: Option<&Buffer<i32>>,
    column: Option<&Buffer<i32>>,
    w_in: &Buffer<T>,
    u: &Buffer<T>,
    b: Option<&Buffer<T>>,
    w_fb: Option<&Buffer<T>>,
    y: Option<&Buffer<T>>,
    settings: &ReservoirSettings,
) -> Result<Reservoir<T>> {
    settings.judge()?;
    let batch = Batch::of(NAME, "x", "N", x)?;
    let ([n], device) = (batch.last, x.device());
    let (empty, none) = (Empty::on(device)?, device.zeros(&[0])?);
    let times = times(&batch, u)?;
    let each = |width: usize| [times.as_slice(), &[width]].concat();
    let k = width("w_in", w_in, n)?;
    let no_feedback = device.zeros(&batch.with(&each(0)))?;
    let feedback = together(NAME, ("w_fb", w_fb), ("y", y))?;
    let m = feedback.map_or(Ok(0), |(w_fb, _)| width("w_fb", w_fb, n))?;
    let (w_fb, y) = feedback.unwrap_or((&none, &no_feedback));
    b.map_or(Ok(()), |b| exactly(NAME, "b", b.shape(), &[n]))?;
    let drive = Drive {
        kernel: NAME,
        w: weights(NAME, w, row_start, column, [&[n], &[n]], &empty)?,
        w_in,
        u: batch.each("u", u, &each(k))?,
        bias: b.unwrap_or(&none),
        w_fb: w_fb.seen_as(&[n, m])?,
        y: batch.each("y", y, &each(m))?,
    };
    let (b, x) = (batch.size(), x.seen_as(&[batch.size(), n])?);
    let (last, states) = match times {
        None => (drive.step(&x, [b, n], settings)?, None),
        Some(t) => drive.run(&x, [b, t, n], settings).map(|(last, states)| (last, Some(states)))?,
    };
    let states = states.map(|states| states.reshaped(&batch.with(&each(n)))).transpose()?;
    Ok(Reservoir { x: last.reshaped(&batch.with(&[n]))?, states })
}

/// The columns of weights that have n rows.
fn width<T: Real>(argument: &'static str, weights: &Buffer<T>, n: usize) -> Result<usize> {
    let [_, columns] = extents(NAME, argument, "N, columns", weights)?;
    exactly(NAME, argument, weights.shape(), &[n, columns]).map(|()| columns)
}

/// The steps for which there are inputs, if u has an axis of them.
fn times<T: Real>(batch: &Batch<1>, u: &Buffer<T>) -> Result<Option<usize>> {
    let at = batch.axes.len();
    match u.shape().len() {
        rank if rank == at + 1 => Ok(None),
        rank if rank == at + 2 => Ok(Some(u.shape()[at])),
        _ => {
            let (argument, expected, got) = ("u", ".., K] or [.., T, K".into(), u.shape().to_vec());
            Err(ErrorKind::Shape { kernel: NAME, argument, expected, got }.into())
        }
    }
}

#[cfg(test)]
#[path = "reservoir_update_tests.rs"]
mod tests;
