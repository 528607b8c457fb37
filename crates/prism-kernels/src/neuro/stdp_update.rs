//! Spike-timing-dependent plasticity.

use super::parameters::require;
use super::{Csr, stdp_dense, stdp_sparse, stdp_traces};
use crate::argument::extents;
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "stdp_update";

/// Synapses that learn.
#[derive(Debug)]
pub enum Synapses<'a, T: Real> {
    /// All `[n_pre, n_post]`.
    Dense(&'a mut Buffer<T>),
    /// Those of compressed rows: a row for each presynaptic neuron, each column once.
    Sparse(&'a mut Csr<T>),
}

/// Steps of pair-based, all-to-all spike-timing-dependent plasticity, in place.
///
/// `w [n_pre, n_post]`, dense or compressed; traces `x_pre [n_pre]`, `y_post [n_post]`; spikes `pre [S, ⌈n_pre/32⌉]`,
/// `post [S, ⌈n_post/32⌉]` of S steps, as [`leaky_integrate_fire`](super::leaky_integrate_fire()) writes them for one
/// element. Each step: x ← x·e^(−dt/τ₊), y ← y·e^(−dt/τ₋); where j of post spikes w += λW·(1 − w/W)^μ₊·x; where i of pre
/// spikes w −= αλW·(w/W)^μ₋·y; clip to [0, W]; then x += 1, y += 1 for those that spiked: spikes of the same step do not
/// see each other. A dendritic delay d is post spikes given d later.
///
/// NEST's values: `lambda` 0.01, `alpha` 1, `mu_plus` = `mu_minus` = 1 (0 for the additive rule), `tau_plus` = `tau_minus` = 20 ms,
/// `w_max` W = 100, `dt` 0.1 ms. Equals NEST's `stdp_synapse` at presynaptic spikes. Song, Miller & Abbott 2000;
/// van Rossum, Bi & Turrigiano 2000; Morrison, Diesmann & Gerstner 2008. Two or three launches a step; only synapses of neurons that spike are
/// read and written.
///
/// # Errors
/// Another shape, a parameter out of range (`tau_plus`, `tau_minus`, `dt`, `w_max` > 0; `lambda`, `alpha`, `mu_plus`,
/// `mu_minus` ≥ 0; all finite), a touched weight outside [0, W] or NaN, compressed rows that point outside, or a failure of the
/// device.
#[allow(clippy::too_many_arguments)]
pub fn stdp_update<T: Real>(
    w: Synapses<'_, T>,
    x_pre: &mut Buffer<T>,
    y_post: &mut Buffer<T>,
    pre: &Buffer<u32>,
    post: &Buffer<u32>,
    lambda: f64,
    alpha: f64,
    mu_plus: f64,
    mu_minus: f64,
    tau_plus: f64,
    tau_minus: f64,
    w_max: f64,
    dt: f64,
) -> Result<()> {
    let at_least_zero = [("lambda", lambda), ("alpha", alpha), ("mu_plus", mu_plus), ("mu_minus", mu_minus)];
    for parameter in at_least_zero {
        require(NAME, parameter.1 >= 0.0 && parameter.1.is_finite(), "a parameter 0 <= p < ∞", parameter)?;
    }
    for parameter in [("tau_plus", tau_plus), ("tau_minus", tau_minus), ("w_max", w_max), ("dt", dt)] {
        require(NAME, parameter.1 > 0.0 && parameter.1.is_finite(), "a parameter 0 < p < ∞", parameter)?;
    }
    let ([steps, _], [_, _]) =
        (extents(NAME, "pre", "S, ⌈n_pre/32⌉", pre)?, extents::<2, _>(NAME, "post", "S, ⌈n_post/32⌉", post)?);
    let (decay_plus, decay_minus) = ((-dt / tau_plus).exp(), (-dt / tau_minus).exp());
    let (up, down) = (lambda * w_max, alpha * lambda * w_max);
    let mut status = x_pre.device().zeros(&[1])?;
    let mut w = w;
    for step in 0..steps as u32 {
        match &mut w {
            Synapses::Dense(w) => stdp_dense(
                w,
                x_pre,
                y_post,
                pre,
                post,
                &mut status,
                step,
                up,
                down,
                mu_plus,
                mu_minus,
                w_max,
                decay_plus,
                decay_minus,
            )?,
            Synapses::Sparse(w) => stdp_sparse(
                &w.row_start,
                &w.column,
                &mut w.value,
                x_pre,
                y_post,
                pre,
                post,
                &mut status,
                step,
                up,
                down,
                mu_plus,
                mu_minus,
                w_max,
                decay_plus,
                decay_minus,
            )?,
        }
        stdp_traces(x_pre, pre, step, decay_plus)?;
        stdp_traces(y_post, post, step, decay_minus)?;
    }
    let fault = match status.download()?[0] {
        0 => return Ok(()),
        1 => "holds a weight outside [0, w_max]",
        _ => "has a row that points outside the matrix",
    };
    Err(ErrorKind::Data { kernel: NAME, argument: "w", fault }.into())
}

#[cfg(test)]
#[path = "stdp_update_tests.rs"]
mod tests;
