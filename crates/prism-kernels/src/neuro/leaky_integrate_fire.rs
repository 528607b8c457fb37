//! Leaky integrate-and-fire neurons.

use super::parameters::{judge, require};
use super::{LIF_STEPS, SPIKE_INDICES, SPIKE_STARTS, lif_steps, spike_list, words};
use crate::batch::Batch;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, Real, Result, Seen};

const NAME: &str = "leaky_integrate_fire";

/// Membranes, and how long to follow them: the values of NEST's `iaf_psc_delta` by default.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct LeakyIntegrateFireSettings {
    /// Time constant of the membrane τ, in ms.
    pub tau: f64,
    /// Capacitance of the membrane, in pF.
    pub c: f64,
    /// Resistance of the membrane, in mV/pA; τ/`c` when none is given.
    pub r: Option<f64>,
    /// Potential at rest, in mV.
    pub e_l: f64,
    /// Potential after a spike, in mV.
    pub v_reset: f64,
    /// Potential at which a neuron spikes, in mV.
    pub v_th: f64,
    /// Refractory time, in ms.
    pub t_ref: f64,
    /// A step, in ms.
    pub dt: f64,
    /// Forward Euler steps in the place of exact integration.
    pub euler: bool,
    /// Steps to take.
    pub steps: u32,
    /// Whether the neurons that spiked are listed.
    pub with_neuron: bool,
    /// Whether the beginnings of the rows of that list are returned.
    pub with_row_start: bool,
}

impl Default for LeakyIntegrateFireSettings {
    fn default() -> Self {
        Self {
            tau: 10.0,
            c: 250.0,
            r: None,
            e_l: -70.0,
            v_reset: -70.0,
            v_th: -55.0,
            t_ref: 2.0,
            dt: 0.1,
            euler: false,
            steps: 1,
            with_neuron: false,
            with_row_start: false,
        }
    }
}

/// The state of neurons after some steps, and their spikes.
#[derive(Debug, Outputs)]
pub struct Spiking<T: Real> {
    /// Membrane potentials `[.., N]`, in mV.
    pub v: Buffer<T>,
    /// Steps that each neuron stays refractory `[.., N]`.
    pub counter: Buffer<i32>,
    /// Who spiked `[steps, .., ⌈N/32⌉]`: bit `n mod 32` of word `n / 32` is neuron `n`.
    pub spikes: Buffer<u32>,
    /// The neurons that spiked, `[spikes]`, row of the mask by row.
    pub neuron: Option<Buffer<u32>>,
    /// Where each row of the mask begins in the list, `[rows + 1]`.
    pub row_start: Option<Buffer<u64>>,
}

/// Steps of leaky integrate-and-fire neurons of NEST's `iaf_psc_delta`.
///
/// `v [.., N]` in mV and `counter [.., N]`: the state. `i`, in pA: `[.., N]`, or one number for all neurons, constant over
/// the steps. `j [steps, .., N]` in mV (`[.., N]` for one step): the sum of delta inputs that arrive in each step, none
/// when absent. While the counter is positive it counts down, V is held and input is lost. Else V relaxes to
/// V∞ = `e_l` + R·I, exactly, V ← V∞ + (V − V∞)·e^(−dt/τ), or with `euler` by V ← V + dt/τ·(`e_l` − V + R·I); the jump J is
/// added; at V ≥ `v_th` the neuron spikes, V ← `v_reset` and the counter starts at round(`t_ref`/`dt`).
///
/// The potential is rounded to T after each step, so many steps in one call give the bits of as many calls. NaN among
/// potentials and jumps propagates and never spikes. Lapicque 1907; Rotter & Diesmann 1999. O(B·N·steps).
///
/// # Errors
/// Another shape, a parameter out of range (`tau`, `c` and `dt > 0`, `t_ref >= 0`, `v_reset < v_th`, all finite), a current
/// that is NaN, or a failure of the device.
#[operation(types(f32, f64), kernels(LIF_STEPS, SPIKE_STARTS, SPIKE_INDICES))]
pub fn leaky_integrate_fire<T: Real>(
    v: &Buffer<T>,
    counter: &Buffer<i32>,
    i: &Buffer<T>,
    j: Option<&Buffer<T>>,
    settings: &LeakyIntegrateFireSettings,
) -> Result<Spiking<T>> {
    settings.judge()?;
    let batch = Batch::of(NAME, "v", "N", v)?;
    let ([n], b, steps) = (batch.last, batch.size(), settings.steps as usize);
    let device = v.device();
    let (v, counter) = (v.seen_as(&[b, n])?, batch.each("counter", counter, &[n])?);
    let i = if i.shape().iter().product::<usize>() == 1 { i.seen_as(&[1, 1])? } else { batch.each("i", i, &[n])? };
    let none = device.zeros(&[0, n])?;
    let j = j.map_or_else(|| none.seen_as(&[0, n]), |j| jumps(j, &batch, steps))?;
    let (mut next, mut waiting) = (device.zeros(&[b, n])?, device.zeros(&[b, n])?);
    let words = words(n as u64) as usize;
    let mut spikes = device.zeros(&[steps * b, words])?;
    settings.advance([&v, &i, &j], &counter, &mut next, &mut waiting, &mut spikes)?;
    let is_listed = settings.with_neuron || settings.with_row_start;
    let list = if is_listed { Some(spike_list(&spikes)?) } else { None };
    let (neuron, row_start) = list.map_or((None, None), |list| (Some(list.neuron), Some(list.row_start)));
    Ok(Spiking {
        v: next.reshaped(&batch.with(&[n]))?,
        counter: waiting.reshaped(&batch.with(&[n]))?,
        spikes: spikes.reshaped(&[&[steps], &batch.with(&[words])[..]].concat())?,
        neuron: neuron.filter(|_| settings.with_neuron),
        row_start: row_start.filter(|_| settings.with_row_start),
    })
}

/// The jumps of all steps, seen as `[steps·b, n]`.
fn jumps<'a, T: Real>(j: &'a Buffer<T>, batch: &Batch<1>, steps: usize) -> Result<Seen<'a, T>> {
    let ([n], b) = (batch.last, batch.size());
    let (each, all) = (batch.with(&[n]), [&[steps], &batch.with(&[n])[..]].concat());
    if !(steps == 1 && j.shape() == each) {
        crate::argument::exactly(NAME, "j", j.shape(), &all)?;
    }
    j.seen_as(&[steps * b, n])
}

impl LeakyIntegrateFireSettings {
    fn resistance(&self) -> f64 {
        self.r.unwrap_or(self.tau / self.c)
    }

    fn judge(&self) -> Result<()> {
        let Self { tau, c, e_l, v_reset, v_th, t_ref, dt, .. } = *self;
        require(NAME, tau > 0.0 && tau.is_finite(), "0 < tau < ∞", ("tau", tau))?;
        require(NAME, c > 0.0 && c.is_finite(), "0 < c < ∞", ("c", c))?;
        require(NAME, dt > 0.0 && dt.is_finite(), "0 < dt < ∞", ("dt", dt))?;
        require(NAME, (0.0..f64::INFINITY).contains(&self.resistance()), "0 <= r < ∞", ("r", self.resistance()))?;
        require(NAME, e_l.is_finite(), "a finite e_l", ("e_l", e_l))?;
        require(NAME, v_th.is_finite(), "a finite v_th", ("v_th", v_th))?;
        require(NAME, v_reset < v_th && v_reset.is_finite(), "a finite v_reset < v_th", ("v_reset", v_reset))?;
        let refractory = (t_ref / dt).round();
        require(NAME, (0.0..=f64::from(i32::MAX)).contains(&refractory), "0 <= t_ref/dt < 2³¹", ("t_ref", t_ref))
    }

    /// All steps, from V, I and J and the counter, in one launch.
    fn advance<T: Real>(
        &self,
        [v, i, j]: [&Seen<T>; 3],
        counter: &Seen<i32>,
        next: &mut Buffer<T>,
        waiting: &mut Buffer<i32>,
        spikes: &mut Buffer<u32>,
    ) -> Result<()> {
        let Self { tau, e_l, v_reset, v_th, t_ref, dt, euler, steps, .. } = *self;
        let mut status = next.device().zeros(&[1])?;
        let factor = if euler { dt / tau } else { (-dt / tau).exp() };
        lif_steps(
            v,
            counter,
            i,
            j,
            next,
            waiting,
            spikes,
            &mut status,
            steps,
            euler.into(),
            (t_ref / dt).round() as i32,
            factor,
            e_l,
            self.resistance(),
            v_th,
            v_reset,
        )?;
        judge(NAME, &status, "i", "holds NaN")
    }
}

#[cfg(test)]
#[path = "leaky_integrate_fire_tests.rs"]
mod tests;
