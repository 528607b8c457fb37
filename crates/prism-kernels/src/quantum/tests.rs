//! Gates against Qiskit, the laws they obey, and what they refuse.

use super::*;
use prism_device::{Buffer, Device, Result, c64, c128};

/// ψ of three qubits, in sixteenths: exact in every precision.
const PSI: [(f64, f64); 8] = [(1., -2.), (2., -1.), (3., 2.), (4., 2.), (5., -1.), (6., -2.), (7., -1.), (8., 2.)];

fn psi<T: Amplitude>() -> Buffer<T> {
    let amplitudes: Vec<T> = PSI.iter().map(|&(re, im)| T::nearest(c128::new(re, im) / 16.0)).collect();
    Device::cpu().upload(&amplitudes, &[8]).unwrap()
}

fn h(target: &[u32], controls: &[u32], control_value: Option<u64>) -> HadamardGateSettings {
    HadamardGateSettings { target: target.to_vec(), controls: controls.to_vec(), control_value }
}

fn x(target: u32) -> PauliXGateSettings {
    PauliXGateSettings { target, ..PauliXGateSettings::default() }
}

fn cnot(target: u32, controls: &[u32], control_value: Option<u64>) -> CnotGateSettings {
    CnotGateSettings { target, controls: controls.to_vec(), control_value }
}

fn phase(phi: f64, target: u32, controls: &[u32], control_value: Option<u64>) -> PhaseGateSettings {
    PhaseGateSettings { phi, target, controls: controls.to_vec(), control_value }
}

/// ψ after a gate in both precisions, against amplitudes in double precision.
#[track_caller]
fn turns_psi_into<A, B>(single: A, double: B, known: [(f64, f64); 8])
where
    A: FnOnce(&mut Buffer<c64>) -> Result<()>,
    B: FnOnce(&mut Buffer<c128>) -> Result<()>,
{
    let (mut narrow, mut wide) = (psi(), psi());
    single(&mut narrow).unwrap();
    double(&mut wide).unwrap();
    for ((narrow, wide), (re, im)) in narrow.download().unwrap().into_iter().zip(wide.download().unwrap()).zip(known) {
        let known = c128::new(re, im);
        assert!((wide - known).norm() < 1e-15, "{wide} is not {known}");
        assert!((narrow.wide() - known).norm() < 4e-7, "{narrow} is not {known}");
    }
}

macro_rules! turns_psi_into {
    ($gate:ident($settings:expr), $known:expr) => {{
        let settings = $settings;
        turns_psi_into(|state| $gate(state, &settings), |state| $gate(state, &settings), $known)
    }};
}

/// `Statevector(psi).evolve(gate, qubits).data`, qiskit 2.6.2.
#[test]
fn hadamard_gates_equal_qiskits() {
    turns_psi_into!(
        hadamard_gate(h(&[1], &[], None)),
        [
            (0.176_776_695_296_636_87, 0.0),
            (0.265_165_042_944_955_3, 0.044_194_173_824_159_216),
            (-0.088_388_347_648_318_43, -0.176_776_695_296_636_87),
            (-0.088_388_347_648_318_43, -0.132_582_521_472_477_65),
            (0.530_330_085_889_910_6, -0.088_388_347_648_318_43),
            (0.618_718_433_538_229, 0.0),
            (-0.088_388_347_648_318_43, 0.0),
            (-0.088_388_347_648_318_43, -0.176_776_695_296_636_87),
        ]
    );
    turns_psi_into!(
        hadamard_gate(h(&[2, 0], &[], None)),
        [
            (0.4375, -0.1875),
            (-0.0625, 0.0),
            (0.6875, 0.15625),
            (-0.0625, -0.09375),
            (-0.25, 0.0),
            (0.0, -0.0625),
            (-0.25, 0.09375),
            (0.0, 0.09375),
        ]
    );
}

/// `HGate().control(2, ctrl_state=1)` on `[2, 0, 1]`: qubit 2 must be 1, qubit 0 must be 0. qiskit 2.6.2.
#[test]
fn a_controlled_hadamard_gate_equals_qiskits() {
    turns_psi_into!(
        hadamard_gate(h(&[1], &[2, 0], Some(1))),
        [
            (0.0625, -0.125),
            (0.125, -0.0625),
            (0.1875, 0.125),
            (0.25, 0.125),
            (0.530_330_085_889_910_5, -0.088_388_347_648_318_42),
            (0.375, -0.125),
            (-0.088_388_347_648_318_42, 0.0),
            (0.5, 0.125),
        ]
    );
}

/// `PhaseGate(0.7)` on `[1]`, `PhaseGate(-2.1).control(1, ctrl_state=0)` on `[0, 2]`, qiskit 2.6.2.
#[test]
fn phase_gates_equal_qiskits() {
    turns_psi_into!(
        phase_gate(phase(0.7, 1, &[], None)),
        [
            (0.0625, -0.125),
            (0.125, -0.0625),
            (0.062_880_699_211_130_21, 0.216_396_089_767_628_14),
            (0.110_683_335_916_410_75, 0.256_659_695_219_983_83),
            (0.3125, -0.0625),
            (0.375, -0.125),
            (0.374_882_062_389_319_4, 0.234_042_601_461_209_28),
            (0.301_893_882_737_532_87, 0.417_714_117_029_406_6),
        ]
    );
    turns_psi_into!(
        phase_gate(phase(-2.1, 2, &[0], Some(0))),
        [
            (0.0625, -0.125),
            (0.125, -0.0625),
            (0.1875, 0.125),
            (0.25, 0.125),
            (-0.211_714_993_103_010_1, -0.238_200_045_540_281_96),
            (0.375, -0.125),
            (-0.274_820_756_177_992_3, -0.346_101_216_371_391_2),
            (0.5, 0.125),
        ]
    );
}

/// Where each amplitude of ψ goes: `XGate()` on `[2]`, `CXGate()` on `[2, 0]`, `XGate().control(2, ctrl_state=2)` on
/// `[0, 2, 1]`, qiskit 2.6.2.
#[test]
fn not_gates_move_amplitudes_as_qiskits_do() {
    fn moved(gate: impl FnOnce(&mut Buffer<c64>) -> Result<()>) -> Vec<usize> {
        let (mut state, own) = (psi::<c64>(), psi::<c64>().download().unwrap());
        gate(&mut state).unwrap();
        state.download().unwrap().iter().map(|a| own.iter().position(|b| a == b).unwrap()).collect()
    }
    assert_eq!(moved(|s| pauli_x_gate(s, &x(2))), [4, 5, 6, 7, 0, 1, 2, 3]);
    assert_eq!(moved(|s| cnot_gate(s, &cnot(0, &[2], None))), [0, 1, 2, 3, 5, 4, 7, 6]);
    assert_eq!(moved(|s| cnot_gate(s, &cnot(1, &[0, 2], Some(2)))), [0, 1, 2, 3, 6, 5, 4, 7]);
    let controlled = PauliXGateSettings { target: 1, controls: vec![0, 2], control_value: Some(2) };
    assert_eq!(moved(|s| pauli_x_gate(s, &controlled)), [0, 1, 2, 3, 6, 5, 4, 7]);
}

#[test]
fn a_hadamard_and_a_controlled_not_make_a_bell_state_of_every_register() {
    let zero = [c64::new(1.0, 0.0), c64::default(), c64::default(), c64::default()].repeat(6);
    let mut state = Device::cpu().upload(&zero, &[2, 3, 4]).unwrap();
    hadamard_gate(&mut state, &HadamardGateSettings::default()).unwrap();
    cnot_gate(&mut state, &CnotGateSettings::default()).unwrap();
    let half = c64::new(std::f32::consts::FRAC_1_SQRT_2, 0.0);
    assert_eq!(state.download().unwrap(), [half, c64::default(), c64::default(), half].repeat(6));
    assert_eq!(state.shape(), [2, 3, 4]);
}

/// Amplitudes of a state of norm 1.
fn unit(n: u32) -> Vec<c128> {
    let random = prism_device::philox::Philox::new(7, 0);
    let state: Vec<_> = (0..1 << n).map(|i| c128::new(random.normal(2 * i), random.normal(2 * i + 1))).collect();
    let norm = norm(&state);
    state.into_iter().map(|a| a / norm).collect()
}

fn norm(state: &[c128]) -> f64 {
    state.iter().map(c128::norm_sqr).sum::<f64>().sqrt()
}

#[test]
fn gates_are_unitary_and_hadamard_and_not_gates_undo_themselves() {
    let before = unit(13);
    let mut state = Device::cpu().upload(&before, &[1 << 13]).unwrap();
    let all: Vec<u32> = (0..13).collect();
    for settings in [h(&all, &[], None), h(&[12, 3], &[0, 7], Some(2))] {
        hadamard_gate(&mut state, &settings).unwrap();
        assert!((norm(&state.download().unwrap()) - 1.0).abs() < 1e-13);
        hadamard_gate(&mut state, &settings).unwrap();
        let deviation = state.download().unwrap().iter().zip(&before).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
        assert!(deviation < 26e-15, "{deviation}");
    }
    let mut state = Device::cpu().upload(&before, &[2, 1 << 12]).unwrap();
    for _ in 0..2 {
        pauli_x_gate(&mut state, &x(5)).unwrap();
        cnot_gate(&mut state, &cnot(2, &[11, 4], None)).unwrap();
        cnot_gate(&mut state, &cnot(2, &[11, 4], None)).unwrap();
    }
    assert_eq!(state.download().unwrap(), before);
    phase_gate(&mut state, &phase(1.3, 11, &[], None)).unwrap();
    assert!((norm(&state.download().unwrap()) - 1.0).abs() < 1e-14);
}

#[test]
fn no_registers_and_no_targets_change_nothing() {
    let mut none = Device::cpu().zeros::<c64>(&[3, 0, 4]).unwrap();
    hadamard_gate(&mut none, &h(&[0, 1], &[], None)).unwrap();
    cnot_gate(&mut none, &CnotGateSettings::default()).unwrap();
    phase_gate(&mut none, &PhaseGateSettings::default()).unwrap();
    assert_eq!(none.shape(), [3, 0, 4]);
    let mut one = Device::cpu().upload(&[c64::new(0.5, 2.0)], &[1]).unwrap();
    hadamard_gate(&mut one, &h(&[], &[], None)).unwrap();
    assert_eq!(one.download().unwrap(), [c64::new(0.5, 2.0)]);
}

#[test]
fn refusals_name_the_gate_and_the_qubit() {
    let mut state = psi::<c64>();
    let refused = |done: Result<()>| done.unwrap_err().to_string();
    let range = "needs target < qubits, got";
    assert_eq!(refused(pauli_x_gate(&mut state, &x(3))), format!("pauli_x_gate: {range} [3] of 3 qubits"));
    let twice = refused(hadamard_gate(&mut state, &h(&[1, 0, 1], &[], None)));
    assert_eq!(twice, "hadamard_gate: needs every target once, got [1, 0, 1]");
    let missing = refused(phase_gate(&mut state, &phase(1.0, 0, &[1, 64], None)));
    assert_eq!(missing, "phase_gate: needs controls < qubits, got [1, 64] of 3 qubits");
    let repeated = refused(cnot_gate(&mut state, &cnot(0, &[2, 2], None)));
    assert_eq!(repeated, "cnot_gate: needs every control once, got [2, 2]");
    let both = refused(cnot_gate(&mut state, &cnot(1, &[2, 1], None)));
    assert_eq!(both, "cnot_gate: needs controls that are no targets, got 1 as both");
    let value = refused(cnot_gate(&mut state, &cnot(1, &[2, 0], Some(4))));
    assert_eq!(value, "cnot_gate: needs control_value < 2^controls, got 4 of 2 controls");
    let free = refused(cnot_gate(&mut state, &cnot(1, &[], None)));
    assert_eq!(free, "cnot_gate: needs one control at least, got none");
    let infinite = refused(phase_gate(&mut state, &phase(f64::INFINITY, 1, &[], None)));
    assert_eq!(infinite, "phase_gate: needs a finite phi, got phi = inf");
    assert_eq!(state.download().unwrap(), psi::<c64>().download().unwrap());
}

#[test]
fn a_state_is_a_power_of_two_of_amplitudes() {
    let device = Device::cpu();
    for shape in [&[2, 6][..], &[0], &[]] {
        let error = hadamard_gate(&mut device.zeros::<c64>(shape).unwrap(), &h(&[0], &[], None)).unwrap_err();
        assert_eq!(error.to_string(), format!("hadamard_gate: `state` must be [..., 2^qubits], got {shape:?}"));
    }
    let error = pauli_x_gate(&mut device.zeros::<c128>(&[5, 1]).unwrap(), &x(0)).unwrap_err();
    assert_eq!(error.to_string(), "pauli_x_gate: needs target < qubits, got [0] of 0 qubits");
}
