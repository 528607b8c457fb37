//! The Hadamard gate.

use super::register::{controls, in_a_row, qubits, targets};
use super::{Amplitude, hadamard_pairs, hadamard_tile};
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Result};

const NAME: &str = "hadamard_gate";

/// Qubits that share a line of memory, always in a tile, and all qubits of a tile.
const LINE: u64 = 0b1111;
const TILE: u32 = 12;

/// Which qubits a Hadamard gate is on.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct HadamardGateSettings {
    /// The qubits the gate is applied to, each once, 0 to n − 1.
    pub target: Vec<u32>,
    /// The qubits that decide whether it is applied, 0 to n − 1, no targets.
    pub controls: Vec<u32>,
    /// The values the controls must have, bit j for `controls[j]`; all 1 where absent.
    pub control_value: Option<u64>,
}

impl Default for HadamardGateSettings {
    fn default() -> Self {
        Self { target: vec![0], controls: vec![], control_value: None }
    }
}

/// Hadamard gate (1/√2)·[[1, 1], [1, −1]] on each target qubit, where the controls are on, in place.
///
/// `state [..., 2^n]`. Nielsen & Chuang 2010, §1.3.1; equals `Statevector.evolve(HGate(), [target])` of Qiskit and, on all
/// qubits, the Walsh–Hadamard transform over 2^(n/2). Without controls, targets that fit a tile of 2¹² amplitudes, 0 to 3
/// and eight others, are one pass: three for 28 qubits. A pass reads and writes the state once; with controls every
/// target is a pass over the amplitudes whose controls are on.
///
/// # Errors
/// `Shape` where the states have no power of two of amplitudes; `Requirement` for a qubit that the register has not or
/// that is named twice, and for a `control_value` of more bits than controls.
#[operation(types(c64, c128), kernels(super::HADAMARD_PAIRS, super::HADAMARD_TILE))]
pub fn hadamard_gate<T: Amplitude>(state: &mut Buffer<T>, settings: &HadamardGateSettings) -> Result<()> {
    let n = qubits(NAME, state)?;
    let set = targets(NAME, &settings.target, n)?;
    let on = controls(NAME, &settings.controls, settings.control_value, set, n)?;
    in_a_row(state, |row| {
        for pass in passes(set, on.controls != 0) {
            match pass.count_ones() {
                1 => hadamard_pairs(row, pass.trailing_zeros(), on.controls, on.value)?,
                _ => hadamard_tile(row, pass)?,
            }
        }
        Ok(())
    })
}

/// The targets of every pass, the lowest first.
fn passes(targets: u64, one_by_one: bool) -> Vec<u64> {
    let mut passes: Vec<u64> = Vec::new();
    for target in (0..64).map(|q| 1 << q).filter(|bit| targets & bit != 0) {
        let fits = |pass: &&mut u64| !one_by_one && (**pass | target | LINE).count_ones() <= TILE;
        match passes.last_mut().filter(fits) {
            Some(pass) => *pass |= target,
            None => passes.push(target),
        }
    }
    passes
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn targets_are_gathered_in_as_few_passes_as_tiles_can_hold() {
        let sizes =
            |targets, one_by_one| passes(targets, one_by_one).iter().map(|p| p.count_ones()).collect::<Vec<_>>();
        assert_eq!(sizes((1 << 28) - 1, false), [12, 8, 8]);
        assert_eq!(sizes((1 << 28) - 16, false), [8, 8, 8]);
        assert_eq!(sizes(1 << 27 | 1 << 20 | 1, false), [3]);
        assert_eq!(sizes(1 << 27 | 1 << 20 | 1, true), [1, 1, 1]);
        assert_eq!(sizes(0, false), [0; 0]);
        assert_eq!(passes((1 << 28) - 1, false).iter().fold(0, |all, pass| all ^ pass), (1 << 28) - 1);
    }
}
