//! Measurement of state vectors.

use super::register::{in_a_row, qubits, set_of, targets, with_shape};
use super::{Amplitude, MARGINAL_PROBABILITIES, born_outcome, born_probabilities, born_samples, state_collapse, tree};
use crate::argument::require;
use crate::rows::row_sum;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Arg, Buffer, ErrorKind, Result, run};

const NAME: &str = "quantum_measurement";

/// Warps that fill a device, and sixteen terms a warp has at least.
const WARPS: u64 = 8192;
const TERMS: u64 = 16;

/// What is asked of a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum Measurement {
    /// The probability of every outcome; the state stays.
    #[default]
    Probabilities,
    /// The outcome of one qubit; the state collapses.
    Measure,
    /// Outcomes of all qubits, each drawn by itself; the state stays.
    Sample,
}

/// What is measured, and with which random numbers.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct QuantumMeasurementSettings {
    /// What is asked of the state.
    pub measurement: Measurement,
    /// Of `Probabilities`: the qubits of the outcome, bit j of which is `qubits[j]`, 0 to n − 1, each once; all qubits in
    /// order where absent.
    pub qubits: Option<Vec<u32>>,
    /// Of `Measure`: the qubit, 0 to n − 1.
    pub target: u32,
    /// Of `Sample`: outcomes of every state.
    pub shots: u64,
    /// Of `Measure` and `Sample`: the seed of the random numbers.
    pub seed: u64,
    /// Of `Measure` and `Sample`: their stream.
    pub stream: u64,
}

impl Default for QuantumMeasurementSettings {
    fn default() -> Self {
        Self { measurement: Measurement::default(), qubits: None, target: 0, shots: 1024, seed: 0, stream: 0 }
    }
}

/// What a measurement says; only what was asked for is there.
#[derive(Debug, Outputs)]
pub struct QuantumMeasurementOutputs {
    /// Probability of every outcome times ‖ψ‖², `[..., 2^m]` for m qubits.
    pub probabilities: Option<Buffer<f64>>,
    /// The outcome of the measured qubit, 0 or 1, `[...]`.
    pub outcome: Option<Buffer<u32>>,
    /// Outcomes of all qubits, `[..., shots]`.
    pub samples: Option<Buffer<u64>>,
}

/// Measurement of the states `[..., 2^n]` in the computational basis.
///
/// `Probabilities`: Σ|a|² over the amplitudes of every outcome of the listed qubits, sums in double precision; equals
/// `Statevector.probabilities(qubits)` of Qiskit, and no norm is enforced. `Measure`: outcome 0 of the target where
/// u < p₀ = Σ_{bit = 0} |a|²/‖ψ‖², else 1; amplitudes of the other outcome become 0 and ‖ψ‖ becomes 1. `Sample`: the
/// smallest index whose cumulative Σ|a|² is above u·‖ψ‖². u is double number `i` of the Philox stream (`seed`, `stream`),
/// i the state's number, or state·shots + shot: as many are consumed as outcomes are returned. Nielsen & Chuang 2010,
/// §2.2.5. One read of the state; one write more where it collapses; scratch of a 63rd of the amplitudes, in doubles,
/// where samples are drawn, and 2¹⁸ at most, or 2^m, for sums.
///
/// # Errors
/// `Data` for a state to be drawn from whose ‖ψ‖² is 0 or not finite: no state has changed then. `Shape` where the states
/// have no power of two of amplitudes; `Requirement` for a qubit that the register has not or that is listed twice.
#[operation(
    types(c64, c128),
    kernels(
        super::BORN_PROBABILITIES,
        super::MARGINAL_PROBABILITIES,
        super::BORN_OUTCOME,
        super::STATE_COLLAPSE,
        super::PROBABILITY_LEAVES,
        super::PROBABILITY_NODES,
        super::BORN_SAMPLES
    )
)]
pub fn quantum_measurement<T: Amplitude>(
    state: &mut Buffer<T>,
    settings: &QuantumMeasurementSettings,
) -> Result<QuantumMeasurementOutputs> {
    let n = qubits(NAME, state)?;
    let mut outputs = QuantumMeasurementOutputs { probabilities: None, outcome: None, samples: None };
    match (settings.measurement, &settings.qubits) {
        (Measurement::Probabilities, None) => outputs.probabilities = Some(of_all(state)?),
        (Measurement::Probabilities, Some(list)) => outputs.probabilities = Some(of_some(state, list, n)?),
        (Measurement::Measure, _) => outputs.outcome = Some(measure(state, settings, n)?),
        (Measurement::Sample, _) => outputs.samples = Some(sample(state, settings)?),
    }
    Ok(outputs)
}

/// The leading extents of states, and another last one.
fn with_last<T: Amplitude>(state: &Buffer<T>, last: usize) -> Vec<usize> {
    let (_, leading) = state.shape().split_last().expect("a state has an extent");
    leading.iter().copied().chain([last]).collect()
}

/// How many states, and amplitudes of each.
fn counts<T: Amplitude>(state: &Buffer<T>) -> (usize, usize) {
    let (s, leading) = state.shape().split_last().expect("a state has an extent");
    (leading.iter().product(), *s)
}

fn of_all<T: Amplitude>(state: &mut Buffer<T>) -> Result<Buffer<f64>> {
    let (b, s) = counts(state);
    let mut probabilities = state.device().zeros(&[b * s])?;
    in_a_row(state, |row| born_probabilities(row, &mut probabilities))?;
    probabilities.reshaped(state.shape())
}

fn of_some<T: Amplitude>(state: &Buffer<T>, list: &[u32], n: u32) -> Result<Buffer<f64>> {
    let listed = set_of(NAME, ["qubits < n", "every one of qubits once"], list, n)?;
    let (b, s) = counts(state);
    let (outcomes, device) = (1usize << list.len(), state.device());
    let parts = parts(b as u64, s as u64, listed) as usize;
    let qubits = device.upload(list, &[list.len()])?;
    let mut sums = device.zeros(&[b, outcomes, parts])?;
    let (seen, listed) = (state.seen_as(&[b, s])?, Arg::Scalar(listed.into()));
    run(&MARGINAL_PROBABILITIES, &mut [Arg::In(&seen), Arg::In(&qubits), Arg::Out(&mut sums), listed])?;
    let shape = with_last(state, outcomes);
    if parts == 1 {
        return sums.reshaped(&shape);
    }
    let mut probabilities = device.zeros(&[b * outcomes])?;
    row_sum(&sums.reshaped(&[b * outcomes, parts])?, &mut probabilities, 1)?;
    probabilities.reshaped(&shape)
}

/// Into how many parts the sums of every outcome are cut, so that they fill a device.
fn parts(b: u64, s: u64, listed: u64) -> u64 {
    let high = !31;
    let warps = b << (listed & high).count_ones();
    let terms = 1 << ((s - 1) & !listed & high).count_ones();
    (WARPS / warps.max(1)).min(terms / TERMS).max(1)
}

fn measure<T: Amplitude>(state: &mut Buffer<T>, settings: &QuantumMeasurementSettings, n: u32) -> Result<Buffer<u32>> {
    let target = settings.target;
    targets(NAME, &[target], n)?;
    let ((b, s), device) = (counts(state), state.device().clone());
    let probabilities = of_some(state, &[target], n)?.reshaped(&[b, 2])?;
    let (mut outcome, mut scale, mut fault) = (device.zeros(&[b])?, device.zeros(&[b])?, device.zeros(&[1])?);
    born_outcome(&probabilities, &mut outcome, &mut scale, &mut fault, settings.seed, settings.stream)?;
    refuse(&fault)?;
    with_shape(state, &[b, s], |state| state_collapse(state, &outcome, &scale, target))?;
    let (_, leading) = state.shape().split_last().expect("a state has an extent");
    outcome.reshaped(leading)
}

fn sample<T: Amplitude>(state: &mut Buffer<T>, settings: &QuantumMeasurementSettings) -> Result<Buffer<u64>> {
    let ((b, s), device) = (counts(state), state.device().clone());
    let shots = usize::try_from(settings.shots).unwrap_or(usize::MAX);
    require(NAME, b.checked_mul(shots).is_some_and(|n| n <= 1 << 40), "2^40 samples at most", || {
        format!("{shots} shots of {b} states")
    })?;
    let tree = tree::grow(state, b, s)?;
    let (mut samples, mut fault) = (device.zeros(&[b, shots])?, device.zeros(&[1])?);
    with_shape(state, &[b, s], |state| {
        born_samples(state, &tree, &mut samples, &mut fault, settings.seed, settings.stream)
    })?;
    refuse(&fault)?;
    samples.reshaped(&with_last(state, shots))
}

fn refuse(fault: &Buffer<u32>) -> Result<()> {
    let fault = fault.download()?[0] != 0;
    let of = ErrorKind::Data { kernel: NAME, argument: "state", fault: "has a norm that is 0 or not finite" };
    if fault { Err(of.into()) } else { Ok(()) }
}

#[cfg(test)]
#[path = "quantum_measurement_tests.rs"]
mod tests;
