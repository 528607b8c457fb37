//! Pauli's X gate.

use super::register::{controls, in_a_row, qubits, targets};
use super::{Amplitude, amplitude_swap};
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Result};

const NAME: &str = "pauli_x_gate";

/// Which qubit an X gate is on.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
pub struct PauliXGateSettings {
    /// The qubit the gate is applied to, 0 to n − 1.
    pub target: u32,
    /// The qubits that decide whether it is applied, 0 to n − 1, no targets.
    pub controls: Vec<u32>,
    /// The values the controls must have, bit j for `controls[j]`; all 1 where absent.
    pub control_value: Option<u64>,
}

/// Pauli's X gate [[0, 1], [1, 0]] on the target qubit, where the controls are on, in place; exact to the bit.
///
/// `state [..., 2^n]`. Nielsen & Chuang 2010, §1.3.1; equals `Statevector.evolve(XGate(), [target])` of Qiskit. Reads and
/// writes the amplitudes whose controls are on, once.
///
/// # Errors
/// `Shape` where the states have no power of two of amplitudes; `Requirement` for a qubit that the register has not or
/// that is named twice, and for a `control_value` of more bits than controls.
#[operation(types(c64, c128), kernels(super::AMPLITUDE_SWAP))]
pub fn pauli_x_gate<T: Amplitude>(state: &mut Buffer<T>, settings: &PauliXGateSettings) -> Result<()> {
    let n = qubits(NAME, state)?;
    let set = targets(NAME, &[settings.target], n)?;
    let on = controls(NAME, &settings.controls, settings.control_value, set, n)?;
    in_a_row(state, |row| amplitude_swap(row, settings.target, on.controls, on.value))
}
