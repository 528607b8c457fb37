//! How far a gate may leave amplitudes from their reference: 4e-7·‖ψ‖∞ for `c64`, 1e-15·‖ψ‖∞ for `c128`.

use prism_device::c128;
use prism_device::conformance::{Case, Value};

/// The magnitudes with which `Sum(2, …)` allows no more than one gate may deviate, for each component of the state.
///
/// `Sum` allows 8·u·magnitude + u·|r|, and |r| ≤ √2·‖ψ‖∞.
pub(super) fn of_one_gate(case: &Case) -> Vec<f64> {
    let state = wide(case);
    vec![magnitude(case, largest(&state)); 2 * state.len()]
}

/// The same for a Hadamard gate on every qubit of `targets`: each may deviate as the state before it says.
pub(super) fn of_hadamard_gates(case: &Case) -> Vec<f64> {
    let (mut state, targets) = (wide(case), case.quantity("targets"));
    let mut sum = 0.0;
    for target in (0..64).filter(|q| targets >> q & 1 == 1) {
        sum += largest(&state);
        super::hadamard_pairs::hadamard(&mut state, target, 0, 0);
    }
    vec![magnitude(case, sum); 2 * state.len()]
}

fn magnitude(case: &Case, norm: f64) -> f64 {
    let (deviation, unit) = match case.values[0].1 {
        Value::C64(..) => (4e-7, 2f64.powi(-24)),
        _ => (1e-15, 2f64.powi(-53)),
    };
    (deviation / unit - std::f64::consts::SQRT_2) * norm / 8.0
}

fn wide(case: &Case) -> Vec<c128> {
    case.doubles("state").chunks(2).map(|z| c128::new(z[0], z[1])).collect()
}

fn largest(state: &[c128]) -> f64 {
    state.iter().map(|z| z.norm()).filter(|r| r.is_finite()).fold(0.0, f64::max)
}
