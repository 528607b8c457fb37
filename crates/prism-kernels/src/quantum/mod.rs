//! State vectors of quantum registers: gates and measurement.
//!
//! A state is `[…, 2ⁿ]` amplitudes, `c64` or `c128`; bit q of an amplitude's index is qubit q, qubit 0 the lowest, as in
//! Qiskit. Leading extents are independent registers. Gates work in place; no norm is enforced.

mod amplitude;
mod amplitude_rotation;
mod amplitude_swap;
mod born_outcome;
mod born_probabilities;
mod born_samples;
mod cnot_gate;
mod deviation;
mod hadamard_gate;
mod hadamard_pairs;
mod hadamard_tile;
mod marginal_probabilities;
mod pauli_x_gate;
mod phase_gate;
mod probability_leaves;
mod probability_nodes;
mod quantum_measurement;
mod register;
mod state_collapse;
mod tree;

pub use amplitude::Amplitude;
pub use amplitude_rotation::{AMPLITUDE_ROTATION, amplitude_rotation, amplitude_rotation_reference};
pub use amplitude_swap::{AMPLITUDE_SWAP, amplitude_swap, amplitude_swap_reference};
pub use born_outcome::{BORN_OUTCOME, born_outcome, born_outcome_reference};
pub use born_probabilities::{BORN_PROBABILITIES, born_probabilities, born_probabilities_reference};
pub use born_samples::{BORN_SAMPLES, born_samples, born_samples_reference};
pub use cnot_gate::{CnotGateSettings, cnot_gate};
pub use hadamard_gate::{HadamardGateSettings, hadamard_gate};
pub use hadamard_pairs::{HADAMARD_PAIRS, hadamard_pairs, hadamard_pairs_reference};
pub use hadamard_tile::{HADAMARD_TILE, hadamard_tile, hadamard_tile_reference};
pub use marginal_probabilities::{MARGINAL_PROBABILITIES, marginal_probabilities, marginal_probabilities_reference};
pub use pauli_x_gate::{PauliXGateSettings, pauli_x_gate};
pub use phase_gate::{PhaseGateSettings, phase_gate};
pub use probability_leaves::{PROBABILITY_LEAVES, probability_leaves, probability_leaves_reference};
pub use probability_nodes::{PROBABILITY_NODES, probability_nodes, probability_nodes_reference};
pub use quantum_measurement::{
    Measurement, QuantumMeasurementOutputs, QuantumMeasurementSettings, quantum_measurement,
};
pub use state_collapse::{STATE_COLLAPSE, state_collapse, state_collapse_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &HADAMARD_PAIRS,
    &HADAMARD_TILE,
    &AMPLITUDE_SWAP,
    &AMPLITUDE_ROTATION,
    &BORN_PROBABILITIES,
    &MARGINAL_PROBABILITIES,
    &BORN_OUTCOME,
    &STATE_COLLAPSE,
    &PROBABILITY_LEAVES,
    &PROBABILITY_NODES,
    &BORN_SAMPLES,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    cnot_gate::cnot_gate_operation,
    hadamard_gate::hadamard_gate_operation,
    pauli_x_gate::pauli_x_gate_operation,
    phase_gate::phase_gate_operation,
    quantum_measurement::quantum_measurement_operation,
];

/// Whether an index has `value` at the bits of `fixed`.
fn is_on(index: usize, fixed: u64, value: u64) -> bool {
    index as u64 & fixed == value
}

#[cfg(test)]
mod tests;
