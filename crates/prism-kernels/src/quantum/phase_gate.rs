//! The phase gate.

use super::register::{controls, in_a_row, qubits, targets};
use super::{Amplitude, amplitude_rotation};
use crate::argument::require;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Result};
use std::f64::consts::FRAC_PI_2;

const NAME: &str = "phase_gate";

/// Which qubit a phase gate is on, and by how much it turns.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct PhaseGateSettings {
    /// The angle φ in radians, finite: π/2 is the gate S, π/4 is T, π is Z.
    pub phi: f64,
    /// The qubit the gate is applied to, 0 to n − 1.
    pub target: u32,
    /// The qubits that decide whether it is applied, 0 to n − 1, no targets.
    pub controls: Vec<u32>,
    /// The values the controls must have, bit j for `controls[j]`; all 1 where absent.
    pub control_value: Option<u64>,
}

impl Default for PhaseGateSettings {
    fn default() -> Self {
        Self { phi: FRAC_PI_2, target: 0, controls: vec![], control_value: None }
    }
}

/// Phase gate diag(1, e^{iφ}) on the target qubit, where the controls are on, in place.
///
/// `state [..., 2^n]`. Nielsen & Chuang 2010, §4.2; equals `Statevector.evolve(PhaseGate(phi), [target])` of Qiskit. Reads
/// and writes the amplitudes whose target is 1 and whose controls are on, once: half of the state without controls.
///
/// # Errors
/// `Shape` where the states have no power of two of amplitudes; `Requirement` for an angle that is not finite, for a
/// qubit that the register has not or that is named twice, and for a `control_value` of more bits than controls.
#[operation(types(c64, c128), kernels(super::AMPLITUDE_ROTATION))]
pub fn phase_gate<T: Amplitude>(state: &mut Buffer<T>, settings: &PhaseGateSettings) -> Result<()> {
    let n = qubits(NAME, state)?;
    let phi = settings.phi;
    require(NAME, phi.is_finite(), "a finite phi", || format!("phi = {phi}"))?;
    let target = targets(NAME, &[settings.target], n)?;
    let on = controls(NAME, &settings.controls, settings.control_value, target, n)?;
    let (sine, cosine) = phi.sin_cos();
    in_a_row(state, |row| amplitude_rotation(row, on.controls | target, on.value | target, cosine, sine))
}
