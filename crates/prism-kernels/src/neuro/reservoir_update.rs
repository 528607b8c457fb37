//! Echo-state networks.

use super::parameters::{judge, require};
use super::{Activation, Weights, reservoir_run, reservoir_step};
use crate::argument::extents;
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "reservoir_update";
/// Neurons up to which one block holds all of them through all steps.
const RESIDENT: usize = 256;
/// Neurons of a block where many blocks share a step.
const SHARE: usize = 8;

/// What a reservoir became.
#[derive(Debug)]
pub struct Reservoir<T: Real> {
    /// The state after the last step `[B, N]`.
    pub x: Buffer<T>,
    /// The states after every step `[B, T, N]`, when the inputs were `[B, T, K]`.
    pub states: Option<Buffer<T>>,
}

/// One step of a reservoir for inputs `u [B, K]`, or T steps for `u [B, T, K]`.
///
/// x′ = (1 − a)·x + a·f(W·x + `w_in`·u + b + `w_fb`·y + ξ) with `x [B, N]`, W `[N, N]` dense or compressed, `w_in [N, K]`,
/// `b [N]`, and feedback (`w_fb [N, M]`, y `[B, M]` or `[B, T, M]`). By default there is no bias and no feedback, leak `a` = 1, `f` = tanh,
/// `noise` = 0. ξ = `noise`·normal numbers, number `offset` + (t·B + i)·N + j for neuron j of element i in step t, of Philox
/// stream 0 under `seed`: a call consumes B·T·N of them, so that two calls in a row, the second with that much more
/// offset, are one long one.
///
/// Jaeger 2001, 2007; Lukoševičius 2012. Equals reservoirpy's `Reservoir(lr=a, W, Win, bias)`. O(B·T·nnz(W)): up to 256
/// neurons in one launch, above with a launch a step.
///
/// # Errors
/// Another shape, `a` or `noise` that is not finite or is negative, compressed rows that point outside W, or a failure of the device.
#[allow(clippy::too_many_arguments)]
pub fn reservoir_update<T: Real>(
    x: &Buffer<T>,
    w: Weights<'_, T>,
    w_in: &Buffer<T>,
    u: &Buffer<T>,
    b: Option<&Buffer<T>>,
    feedback: Option<(&Buffer<T>, &Buffer<T>)>,
    a: f64,
    f: Activation,
    noise: f64,
    seed: u64,
    offset: u64,
) -> Result<Reservoir<T>> {
    require(NAME, (0.0..=1.0).contains(&a), "0 <= a <= 1", ("a", a))?;
    require(NAME, noise >= 0.0 && noise.is_finite(), "0 <= noise < ∞", ("noise", noise))?;
    let [batch, n] = extents(NAME, "x", "B, N", x)?;
    let (device, empty) = (x.device(), w.empty()?);
    let (dense, row_start, column, value) = w.parts(&empty);
    let (no_bias, no_weights) = (device.zeros(&[0])?, device.zeros(&[n, 0])?);
    let bias = b.unwrap_or(&no_bias);
    let (mut status, mut last) = (device.zeros(&[1])?, device.zeros(&[batch, n])?);

    let steps = match *u.shape() {
        [_, _] => None,
        [_, t, _] => Some(t),
        ref got => {
            let (argument, expected, got) = ("u", "B, K] or [B, T, K".into(), got.to_vec());
            return Err(ErrorKind::Shape { kernel: NAME, argument, expected, got }.into());
        }
    };
    let no_feedback = device.zeros(&steps.map_or(vec![batch, 0], |t| vec![batch, t, 0]))?;
    let (w_fb, y) = feedback.unwrap_or((&no_weights, &no_feedback));
    let f = f as u32;
    let Some(t) = steps else {
        reservoir_step(
            x,
            dense,
            row_start,
            column,
            value,
            w_in,
            u,
            bias,
            w_fb,
            y,
            &mut last,
            &mut status,
            a,
            f,
            noise,
            seed,
            offset,
        )?;
        judge(NAME, &status, "w", "has a row that points outside the matrix")?;
        return Ok(Reservoir { x: last, states: None });
    };
    let mut states = device.zeros(&[batch, t, n])?;
    let mut run = |first, count, split| {
        reservoir_run(
            x,
            dense,
            row_start,
            column,
            value,
            w_in,
            u,
            bias,
            w_fb,
            y,
            &mut states,
            &mut last,
            &mut status,
            a,
            f,
            noise,
            seed,
            offset,
            first,
            count,
            split,
        )
    };
    if n <= RESIDENT || t == 0 {
        run(0, t as u32, 1)?;
    } else {
        (0..t).try_for_each(|s| run(s as u32, 1, n.div_ceil(SHARE) as u32))?;
    }
    judge(NAME, &status, "w", "has a row that points outside the matrix")?;
    Ok(Reservoir { x: last, states: Some(states) })
}

#[cfg(test)]
#[path = "reservoir_update_tests.rs"]
mod tests;
