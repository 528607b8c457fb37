//! The qubits of state vectors, and which of them an operation may name.

use crate::argument::require;
use prism_device::{Buffer, Element, ErrorKind, Result};

/// Amplitudes of a register that an operation changes: those whose index has `value` at the bits of `controls`.
pub(super) struct Controls {
    pub controls: u64,
    pub value: u64,
}

/// The number of qubits n of states `[…, 2ⁿ]`.
pub(super) fn qubits<T: Element>(operation: &'static str, state: &Buffer<T>) -> Result<u32> {
    match state.shape().last() {
        Some(length) if length.is_power_of_two() => Ok(length.ilog2()),
        _ => {
            let (argument, expected, got) = ("state", "..., 2^qubits".into(), state.shape().into());
            Err(ErrorKind::Shape { kernel: operation, argument, expected, got }.into())
        }
    }
}

/// The set of the listed qubits, bit q for qubit q.
pub(super) fn set_of(operation: &'static str, condition: [&'static str; 2], list: &[u32], qubits: u32) -> Result<u64> {
    let [range, distinct] = condition;
    require(operation, list.iter().all(|&q| q < qubits), range, || format!("{list:?} of {qubits} qubits"))?;
    let set = list.iter().fold(0, |set, q| set | 1 << q);
    let repeats = u64::count_ones(set) as usize != list.len();
    require(operation, !repeats, distinct, || format!("{list:?}"))?;
    Ok(set)
}

/// The set of targets, each a qubit of the register and named once.
pub(super) fn targets(operation: &'static str, list: &[u32], qubits: u32) -> Result<u64> {
    set_of(operation, ["target < qubits", "every target once"], list, qubits)
}

/// What the controls ask for: bit j of `value` of qubit `list[j]`; a 1 of each where `value` is absent.
pub(super) fn controls(
    operation: &'static str,
    list: &[u32],
    value: Option<u64>,
    targets: u64,
    qubits: u32,
) -> Result<Controls> {
    let controls = set_of(operation, ["controls < qubits", "every control once"], list, qubits)?;
    let apart = controls & targets == 0;
    let both = || format!("{} as both", (controls & targets).trailing_zeros());
    require(operation, apart, "controls that are no targets", both)?;
    let Some(bits) = value else { return Ok(Controls { controls, value: controls }) };
    let fits = bits >> list.len() == 0;
    require(operation, fits, "control_value < 2^controls", || format!("{bits} of {} controls", list.len()))?;
    let value = list.iter().enumerate().fold(0, |value, (j, q)| value | (bits >> j & 1) << q);
    Ok(Controls { controls, value })
}

/// Lets `gate` see all states as one row of amplitudes.
pub(super) fn in_a_row<T: Element>(
    state: &mut Buffer<T>,
    gate: impl FnOnce(&mut Buffer<T>) -> Result<()>,
) -> Result<()> {
    with_shape(state, &[state.shape().iter().product()], gate)
}

/// Lets `change` see a buffer under another shape of as many elements.
pub(super) fn with_shape<T: Element>(
    buffer: &mut Buffer<T>,
    shape: &[usize],
    change: impl FnOnce(&mut Buffer<T>) -> Result<()>,
) -> Result<()> {
    buffer.seen_as(shape)?;
    let own = buffer.shape().to_vec();
    let none = buffer.device().zeros(&[0])?;
    let mut seen = std::mem::replace(buffer, none).reshaped(shape)?;
    let done = change(&mut seen);
    *buffer = seen.reshaped(&own)?;
    done
}
