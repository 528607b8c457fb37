//! Variational free energy.

use super::gaussian_log_density::log_density;
use super::{
    CATEGORICAL_TERMS, EXPECTATION, FREE_ENERGY_JOIN, GAUSSIAN_LOG_DENSITY, categorical_terms, free_energy_join,
};
use crate::argument::{exactly, require};
use crate::rows::parts;
use prism_derive::{Outputs, operation};
use prism_device::{Arg, Buffer, Real, Result, run};

const NAME: &str = "free_energy";

/// The floor of probabilities inside logarithms that pymdp uses.
pub const LOG_FLOOR: f64 = 2.220_446e-16;

/// Free energy and its two sides, in nats, `[B]` each.
#[derive(Debug, Outputs)]
pub struct FreeEnergy<T: Real> {
    /// Complexity − accuracy.
    pub free_energy: Buffer<T>,
    /// How far the belief lies from the prior.
    pub complexity: Buffer<T>,
    /// The expected logarithmic likelihood.
    pub accuracy: Buffer<T>,
}

/// Variational free energy `Σ_f Σ_s q_f·(ln q_f − ln p_f) − E_q[ln p(o|s)]` of categorical beliefs, mean-field over the
/// factors f, in nats.
///
/// For every factor `q [B, S_f]` and `prior [B, S_f]`; `loglik [B, S₁, …, S_F]`. Inside the first sum ln x is
/// ln max(x, `log_floor`): [`LOG_FLOOR`] is pymdp's, 0 gives the logarithms themselves. What has q = 0 adds nothing to
/// either side. Friston 2010; Da Costa et al. 2020; equals `pymdp.maths.calc_vfe`. Each input is read once; for F
/// factors the scratch is `loglik` without its last axis.
///
/// # Errors
/// `Shape` and `Requirement` where the inputs do not fit each other; out of memory.
#[operation(types(f32, f64), kernels(CATEGORICAL_TERMS, EXPECTATION, FREE_ENERGY_JOIN))]
pub fn free_energy<T: Real>(
    q: &[&Buffer<T>],
    prior: &[&Buffer<T>],
    loglik: &Buffer<T>,
    /// The least probability inside the logarithms of the complexity; 0 for none.
    #[default(LOG_FLOOR)]
    log_floor: f64,
) -> Result<FreeEnergy<T>> {
    let (states, b) = judge(q, prior, loglik, log_floor)?;
    let device = loglik.device();
    let cuts: Vec<usize> = states.iter().map(|&s| parts(b, s)).collect();
    let mut complexity = device.zeros(&[b, cuts.iter().sum()])?;
    let marginal = marginal_likelihood(q, loglik, &states, b)?;
    let of_first = marginal.as_ref().unwrap_or(loglik).seen_as(&[b, states[0]])?;
    let mut accuracy = device.zeros(&[b * cuts[0]])?;
    let floor = Arg::Scalar(log_floor.into());
    let (first, cut) = (Arg::Scalar(0u32.into()), Arg::Scalar((cuts[0] as u32).into()));
    let (q0, prior0) = (Arg::In(q[0]), Arg::In(prior[0]));
    let outputs = (Arg::Out(&mut complexity), Arg::Out(&mut accuracy));
    run(&CATEGORICAL_TERMS, &mut [q0, prior0, Arg::In(&of_first), outputs.0, outputs.1, floor, first, cut])?;
    let (none, mut no_accuracy) = (|s| device.zeros(&[0, s]), device.zeros(&[0])?);
    let mut first = cuts[0];
    for f in 1..q.len() {
        let (at, cut) = (first as u32, cuts[f] as u32);
        categorical_terms(q[f], prior[f], &none(states[f])?, &mut complexity, &mut no_accuracy, log_floor, at, cut)?;
        first += cuts[f];
    }
    join(&complexity, &accuracy.reshaped(&[b, cuts[0]])?, 1.0)
}

/// Free energy `½Σ[π_y·ε_y² − ln π_y + ln 2π] + ½Σ[π_x·ε_x² − ln π_x + ln 2π]` of Gaussian beliefs (Laplace), in nats.
///
/// Errors of the observations `error_y [B, n]` and of the states `error_x [B, d]`, with their precisions, greater than
/// 0: `[n]` (`[d]`) for all rows or `[B, n]` (`[B, d]`). The second sum is the complexity, the first less the accuracy.
/// Friston 2005. Each input is read once; two numbers of scratch a row.
///
/// # Errors
/// `Value` where a precision is 0 or less; `Shape` and `Requirement` where the inputs do not fit each other; out of
/// memory.
#[operation(types(f32, f64), kernels(GAUSSIAN_LOG_DENSITY, FREE_ENERGY_JOIN))]
pub fn free_energy_gaussian<T: Real>(
    error_y: &Buffer<T>,
    precision_y: &Buffer<T>,
    error_x: &Buffer<T>,
    precision_x: &Buffer<T>,
) -> Result<FreeEnergy<T>> {
    let name = "free_energy_gaussian";
    let accuracy = log_density(name, ("error_y", error_y), None, ("precision_y", precision_y), false)?.0;
    let complexity = log_density(name, ("error_x", error_x), None, ("precision_x", precision_x), false)?.0;
    let (of_y, of_x) = (error_y.shape()[0], error_x.shape()[0]);
    require(name, of_y == of_x, "as many rows of error_x as of error_y", || format!("{of_x} and {of_y}"))?;
    let of_rows = |x: Buffer<T>| {
        let b = x.shape()[0];
        x.reshaped(&[b, 1])
    };
    join(&of_rows(complexity)?, &of_rows(accuracy)?, -1.0)
}

fn join<T: Real>(complexity_parts: &Buffer<T>, accuracy_parts: &Buffer<T>, sign: f64) -> Result<FreeEnergy<T>> {
    let row = || complexity_parts.device().zeros(&complexity_parts.shape()[..1]);
    let mut all = FreeEnergy { free_energy: row()?, complexity: row()?, accuracy: row()? };
    let (free_energy, complexity, accuracy) = (&mut all.free_energy, &mut all.complexity, &mut all.accuracy);
    free_energy_join(complexity_parts, accuracy_parts, free_energy, complexity, accuracy, sign)?;
    Ok(all)
}

/// The states of every factor, and the rows.
fn judge<T: Real>(
    q: &[&Buffer<T>],
    prior: &[&Buffer<T>],
    loglik: &Buffer<T>,
    log_floor: f64,
) -> Result<(Vec<usize>, usize)> {
    require(NAME, !q.is_empty() && q.len() == prior.len(), "as many priors as factors, one at least", || {
        format!("q of {}, prior of {}", q.len(), prior.len())
    })?;
    let is_floor = log_floor.is_finite() && log_floor >= 0.0;
    require(NAME, is_floor, "0 <= log_floor < ∞", || format!("log_floor = {log_floor}"))?;
    let b = q[0].shape().first().copied().unwrap_or(0);
    let states: Vec<usize> = q.iter().map(|q| q.shape().get(1).copied().unwrap_or(0)).collect();
    let shape: Vec<usize> = std::iter::once(b).chain(states.iter().copied()).collect();
    let fits = |name, buffer: &Buffer<T>, shape: &[usize]| exactly(NAME, name, buffer.shape(), shape);
    for (f, &s) in states.iter().enumerate() {
        fits("q", q[f], &[b, s])?;
        fits("prior", prior[f], &[b, s])?;
    }
    fits("loglik", loglik, &shape)?;
    Ok((states, b))
}

/// The likelihood of the first factor's states, expected over all other factors, the last first; none for one factor.
fn marginal_likelihood<T: Real>(
    q: &[&Buffer<T>],
    loglik: &Buffer<T>,
    states: &[usize],
    b: usize,
) -> Result<Option<Buffer<T>>> {
    let mut expected: Option<Buffer<T>> = None;
    for f in (1..q.len()).rev() {
        let (k, s) = (states[..f].iter().product::<usize>(), states[f]);
        let mut next = loglik.device().zeros(&[b * k])?;
        let values = expected.as_ref().unwrap_or(loglik).seen_as(&[b, k, s])?;
        let one = Arg::Scalar(1u32.into());
        run(&EXPECTATION, &mut [Arg::In(q[f]), Arg::In(&values), Arg::Out(&mut next), one])?;
        expected = Some(next);
    }
    Ok(expected)
}

#[cfg(test)]
#[path = "free_energy_tests.rs"]
mod tests;
