//! Leaky integrate-and-fire neurons.

use super::parameters::{judge, require};
use super::{SpikeList, lif_steps, spike_list, words};
use crate::argument::extents;
use prism_device::{Buffer, Real, Result};

const NAME: &str = "leaky_integrate_fire";

/// The state of neurons after some steps, and their spikes.
#[derive(Debug)]
pub struct Spiking<T: Real> {
    /// Membrane potentials `[B, N]`, in mV.
    pub v: Buffer<T>,
    /// Steps that each neuron stays refractory `[B, N]`.
    pub counter: Buffer<i32>,
    /// Who spiked `[steps·B, ⌈N/32⌉]`, row `s·B + b` for batch element b in step s: bit `i mod 32` of word `i / 32` is
    /// neuron `i`.
    pub spikes: Buffer<u32>,
    /// The same as a list, when it was asked for.
    pub list: Option<SpikeList>,
}

/// `steps` steps of leaky integrate-and-fire neurons of NEST's `iaf_psc_delta`.
///
/// `v [B, N]` in mV and `counter [B, N]`: the state. `current`, in pA: `[B, N]`, or `[1, 1]` for all neurons, constant
/// over the steps. `jump [steps·B, N]` in mV: the sum of delta inputs that arrive in each step (for one step: `[B, N]`);
/// none by default. While the counter is positive it counts down, V is held and input is lost. Else V relaxes to
/// V∞ = `e_l` + R·I, exactly, V ← V∞ + (V − V∞)·e^(−dt/τ), or with `euler` by V ← V + dt/τ·(`e_l` − V + R·I); the jump is
/// added; at V ≥ `v_th` the neuron spikes, V ← `v_reset` and the counter starts at round(`t_ref`/`dt`). `list` asks for a list of
/// the spikes besides the bit mask.
///
/// NEST's values: `tau` 10 ms, `r` τ/250 pF when none is given (in mV/pA), `e_l` and `v_reset` −70 mV, `v_th` −55 mV,
/// `t_ref` 2 ms, `dt` 0.1 ms. The potential is rounded to T after each step, so many steps in one call give the bits of as
/// many calls. NaN among potentials and jumps propagates and never spikes. Lapicque 1907; Rotter & Diesmann 1999.
/// O(B·N·steps).
///
/// # Errors
/// Another shape, a parameter out of range (`tau > 0`, `dt > 0`, `t_ref >= 0`, `v_reset < v_th`, all finite), a current
/// that is NaN, or a failure of the device.
#[allow(clippy::too_many_arguments)]
pub fn leaky_integrate_fire<T: Real>(
    v: &Buffer<T>,
    counter: &Buffer<i32>,
    current: &Buffer<T>,
    jump: Option<&Buffer<T>>,
    tau: f64,
    r: Option<f64>,
    e_l: f64,
    v_reset: f64,
    v_th: f64,
    t_ref: f64,
    dt: f64,
    euler: bool,
    steps: u32,
    list: bool,
) -> Result<Spiking<T>> {
    let resistance = r.unwrap_or(tau / 250.0);
    require(NAME, tau > 0.0 && tau.is_finite(), "0 < tau < ∞", ("tau", tau))?;
    require(NAME, dt > 0.0 && dt.is_finite(), "0 < dt < ∞", ("dt", dt))?;
    require(NAME, resistance.is_finite(), "a finite r", ("r", resistance))?;
    require(NAME, e_l.is_finite(), "a finite e_l", ("e_l", e_l))?;
    require(NAME, v_th.is_finite(), "a finite v_th", ("v_th", v_th))?;
    require(NAME, v_reset < v_th && v_reset.is_finite(), "a finite v_reset < v_th", ("v_reset", v_reset))?;
    let refractory = (t_ref / dt).round();
    require(NAME, (0.0..=f64::from(i32::MAX)).contains(&refractory), "0 <= t_ref/dt < 2³¹", ("t_ref", t_ref))?;

    let [b, n] = extents(NAME, "v", "B, N", v)?;
    let device = v.device();
    let rows = steps as usize * b;
    let (mut next, mut waiting) = (device.zeros(&[b, n])?, device.zeros(&[b, n])?);
    let (mut spikes, mut status) = (device.zeros(&[rows, words(n as u64) as usize])?, device.zeros(&[1])?);
    let none = device.zeros(&[0, n])?;
    let factor = if euler { dt / tau } else { (-dt / tau).exp() };
    lif_steps(
        v,
        counter,
        current,
        jump.unwrap_or(&none),
        &mut next,
        &mut waiting,
        &mut spikes,
        &mut status,
        steps,
        euler.into(),
        refractory as i32,
        factor,
        e_l,
        resistance,
        v_th,
        v_reset,
    )?;
    judge(NAME, &status, "current", "holds NaN")?;
    let list = if list { Some(spike_list(&spikes)?) } else { None };
    Ok(Spiking { v: next, counter: waiting, spikes, list })
}

#[cfg(test)]
#[path = "leaky_integrate_fire_tests.rs"]
mod tests;
