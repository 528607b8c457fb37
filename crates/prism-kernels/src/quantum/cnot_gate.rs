//! The controlled NOT gate.

use super::register::{controls, in_a_row, qubits, targets};
use super::{Amplitude, amplitude_swap};
use crate::argument::require;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Result};

const NAME: &str = "cnot_gate";

/// Which qubits a controlled NOT gate is on.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct CnotGateSettings {
    /// The qubit that is negated, 0 to n − 1.
    pub target: u32,
    /// The qubits that decide whether it is, 0 to n − 1, one at least, not the target.
    pub controls: Vec<u32>,
    /// The values the controls must have, bit j for `controls[j]`; all 1 where absent.
    pub control_value: Option<u64>,
}

impl Default for CnotGateSettings {
    fn default() -> Self {
        Self { target: 1, controls: vec![0], control_value: None }
    }
}

/// X on the target qubit where all controls are 1, or as `control_value` asks, in place; exact to the bit.
///
/// `state [..., 2^n]`. Nielsen & Chuang 2010, §1.3.2; equals `Statevector.evolve(CXGate(), [control, target])` of Qiskit;
/// with two controls it is Toffoli's gate. Reads and writes the amplitudes whose controls are on, once: half of the state
/// for one control. Controls below qubit 4 save no traffic, since whole lines of memory move.
///
/// # Errors
/// `Shape` where the states have no power of two of amplitudes; `Requirement` for a gate without controls, for a qubit
/// that the register has not or that is named twice, and for a `control_value` of more bits than controls.
#[operation(types(c64, c128), kernels(super::AMPLITUDE_SWAP))]
pub fn cnot_gate<T: Amplitude>(state: &mut Buffer<T>, settings: &CnotGateSettings) -> Result<()> {
    let n = qubits(NAME, state)?;
    let set = targets(NAME, &[settings.target], n)?;
    require(NAME, !settings.controls.is_empty(), "one control at least", || "none".into())?;
    let on = controls(NAME, &settings.controls, settings.control_value, set, n)?;
    in_a_row(state, |row| amplitude_swap(row, settings.target, on.controls, on.value))
}
