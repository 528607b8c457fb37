//! Spike-timing-dependent plasticity.

use super::parameters::require;
use super::weights::compressed;
use super::{STDP_DENSE, STDP_SPARSE, STDP_TRACES, stdp_dense, stdp_sparse, stdp_traces, words};
use crate::argument::{exactly, extents};
use crate::batch::together;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "stdp_update";

/// How synapses learn: the values of NEST's `stdp_synapse` by default.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct StdpSettings {
    /// Step of potentiation λ, as a share of `w_max`.
    pub lambda: f64,
    /// Depression as a multiple of potentiation, α.
    pub alpha: f64,
    /// Exponent of potentiation; 0 for the additive rule.
    pub mu_plus: f64,
    /// Exponent of depression; 0 for the additive rule.
    pub mu_minus: f64,
    /// Time constant of the presynaptic trace, in ms.
    pub tau_plus: f64,
    /// Time constant of the postsynaptic trace, in ms.
    pub tau_minus: f64,
    /// The largest weight W.
    pub w_max: f64,
    /// A step, in ms.
    pub dt: f64,
}

impl Default for StdpSettings {
    fn default() -> Self {
        Self {
            lambda: 0.01,
            alpha: 1.0,
            mu_plus: 1.0,
            mu_minus: 1.0,
            tau_plus: 20.0,
            tau_minus: 20.0,
            w_max: 100.0,
            dt: 0.1,
        }
    }
}

/// Steps of pair-based, all-to-all spike-timing-dependent plasticity, in place.
///
/// `w [n_pre, n_post]`, or, with `row_start [n_pre + 1]` and `column [nnz]`, the synapses `[nnz]` that there are: a row for
/// each presynaptic neuron, each column once. Traces `x_pre [n_pre]`, `y_post [n_post]`; spikes `pre [S, ⌈n_pre/32⌉]`,
/// `post [S, ⌈n_post/32⌉]` of S steps, as [`leaky_integrate_fire`](super::leaky_integrate_fire()) writes them. Each step:
/// x ← x·e^(−dt/τ₊), y ← y·e^(−dt/τ₋); where j of post spikes w += λW·(1 − w/W)^μ₊·x; where i of pre spikes
/// w −= αλW·(w/W)^μ₋·y; clip to [0, W]; then x += 1, y += 1 for those that spiked: spikes of the same step do not see each
/// other. A dendritic delay d is post spikes given d later.
///
/// Equals NEST's `stdp_synapse` at presynaptic spikes. Song, Miller & Abbott 2000; van Rossum, Bi & Turrigiano 2000;
/// Morrison, Diesmann & Gerstner 2008. Three launches a step; only synapses of neurons that spike are read and
/// written.
///
/// # Errors
/// Another shape, a parameter out of range (`tau_plus`, `tau_minus`, `dt`, `w_max` > 0; `lambda`, `alpha`, `mu_plus`,
/// `mu_minus` ≥ 0; all finite), a touched weight outside [0, W] or NaN, `row_start` without `column` or the reverse,
/// compressed rows that point outside, or a failure of the device.
#[allow(clippy::too_many_arguments)]
#[operation(types(f32, f64), kernels(STDP_DENSE, STDP_SPARSE, STDP_TRACES))]
pub fn stdp_update<T: Real>(
    w: &mut Buffer<T>,
    row_start: Option<&Buffer<i32>>,
    column: Option<&Buffer<i32>>,
    x_pre: &mut Buffer<T>,
    y_post: &mut Buffer<T>,
    pre: &Buffer<u32>,
    post: &Buffer<u32>,
    settings: &StdpSettings,
) -> Result<()> {
    settings.judge()?;
    let ([n], [m]) = (extents(NAME, "x_pre", "n_pre", x_pre)?, extents(NAME, "y_post", "n_post", y_post)?);
    let rows = together(NAME, ("row_start", row_start), ("column", column))?;
    match rows {
        Some((row_start, column)) => compressed(NAME, w, row_start, column, n)?,
        None => exactly(NAME, "w", w.shape(), &[n, m])?,
    }
    let [steps, _] = extents(NAME, "pre", "S, ⌈n_pre/32⌉", pre)?;
    exactly(NAME, "pre", pre.shape(), &[steps, words(n as u64) as usize])?;
    exactly(NAME, "post", post.shape(), &[steps, words(m as u64) as usize])?;
    let mut status = w.device().zeros(&[1])?;
    for step in 0..steps as u32 {
        settings.learn(w, rows, [&*x_pre, &*y_post], [pre, post], &mut status, step)?;
        stdp_traces(x_pre, pre, step, settings.decays()[0])?;
        stdp_traces(y_post, post, step, settings.decays()[1])?;
    }
    let fault = match status.download()?[0] {
        0 => return Ok(()),
        1 => "holds a weight outside [0, w_max]",
        _ => "has a row that points outside the matrix",
    };
    Err(ErrorKind::Data { kernel: NAME, argument: "w", fault }.into())
}

impl StdpSettings {
    fn judge(&self) -> Result<()> {
        let Self { lambda, alpha, mu_plus, mu_minus, tau_plus, tau_minus, w_max, dt } = *self;
        for parameter in [("lambda", lambda), ("alpha", alpha), ("mu_plus", mu_plus), ("mu_minus", mu_minus)] {
            require(NAME, parameter.1 >= 0.0 && parameter.1.is_finite(), "a parameter 0 <= p < ∞", parameter)?;
        }
        for parameter in [("tau_plus", tau_plus), ("tau_minus", tau_minus), ("w_max", w_max), ("dt", dt)] {
            require(NAME, parameter.1 > 0.0 && parameter.1.is_finite(), "a parameter 0 < p < ∞", parameter)?;
        }
        Ok(())
    }

    /// What a step leaves of the two traces.
    fn decays(&self) -> [f64; 2] {
        [self.tau_plus, self.tau_minus].map(|tau| (-self.dt / tau).exp())
    }

    /// One step of the weights.
    fn learn<T: Real>(
        &self,
        w: &mut Buffer<T>,
        rows: Option<(&Buffer<i32>, &Buffer<i32>)>,
        [x, y]: [&Buffer<T>; 2],
        [pre, post]: [&Buffer<u32>; 2],
        status: &mut Buffer<u32>,
        step: u32,
    ) -> Result<()> {
        let Self { lambda, alpha, mu_plus, mu_minus, w_max, .. } = *self;
        let (up, [plus, minus]) = (lambda * w_max, self.decays());
        let down = alpha * lambda * w_max;
        let Some((starts, columns)) = rows else {
            return stdp_dense(w, x, y, pre, post, status, step, up, down, mu_plus, mu_minus, w_max, plus, minus);
        };
        stdp_sparse(starts, columns, w, x, y, pre, post, status, step, up, down, mu_plus, mu_minus, w_max, plus, minus)
    }
}

#[cfg(test)]
#[path = "stdp_update_tests.rs"]
mod tests;
