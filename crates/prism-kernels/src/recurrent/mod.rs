//! Recurrent networks: long short-term memory and gated recurrent units.
//!
//! The inputs of all steps drive the gates in one pass, [`gate_drive`] or, of many, a product of [`linalg`](crate::linalg);
//! what depends on the state follows step by step.

mod arguments;
mod direction;
mod gate_drive;
mod gru_candidate;
mod gru_cell;
mod gru_reset;
mod gru_steps;
mod layout;
mod lstm_cell;
mod lstm_steps;
mod near;
mod series;

pub use direction::{Direction, GateOrder};
pub use gate_drive::{GATE_DRIVE, gate_drive, gate_drive_reference};
pub use gru_candidate::{GRU_CANDIDATE, gru_candidate, gru_candidate_reference};
pub use gru_cell::{GruCellOutputs, GruCellSettings, gru_cell};
pub use gru_reset::{GRU_RESET, gru_reset, gru_reset_reference};
pub use gru_steps::{GRU_STEPS, gru_steps, gru_steps_reference};
pub use lstm_cell::{LstmCellOutputs, LstmCellSettings, lstm_cell};
pub use lstm_steps::{LSTM_STEPS, lstm_steps, lstm_steps_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&GATE_DRIVE, &LSTM_STEPS, &GRU_STEPS, &GRU_RESET, &GRU_CANDIDATE];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] =
    &[gru_cell::gru_cell_operation, lstm_cell::lstm_cell_operation];

/// Small eighths, other ones for every `salt`.
#[cfg(test)]
fn data(shape: &[usize], salt: usize) -> prism_device::Buffer<f64> {
    let cell = |i: usize| ((i * 7 + 3 * salt) % 11) as f64 / 8.0 - 0.625;
    let cells: Vec<f64> = (0..shape.iter().product()).map(cell).collect();
    prism_device::Device::cpu().upload(&cells, shape).unwrap()
}

#[cfg(test)]
fn near(got: &prism_device::Buffer<f64>, expected: &[f64]) {
    let got = got.download().unwrap();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        approx::assert_relative_eq!(got, expected, max_relative = 1e-13);
    }
}
