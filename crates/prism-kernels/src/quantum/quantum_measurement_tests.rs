//! Measurement against Qiskit and numpy, the laws it obeys, and what it refuses.

use super::*;
use prism_device::philox::Philox;
use prism_device::{Device, c64, c128};

/// ψ of three qubits, in sixteenths; ‖ψ‖² is 227/256.
const PSI: [(f64, f64); 8] = [(1., -2.), (2., -1.), (3., 2.), (4., 2.), (5., -1.), (6., -2.), (7., -1.), (8., 2.)];

/// As many copies of ψ as the shape has room for.
fn psi<T: Amplitude>(shape: &[usize]) -> Buffer<T> {
    let one: Vec<T> = PSI.iter().map(|&(re, im)| T::nearest(c128::new(re, im) / 16.0)).collect();
    Device::cpu().upload(&one.repeat(shape.iter().product::<usize>() / 8), shape).unwrap()
}

fn probabilities(qubits: Option<&[u32]>) -> QuantumMeasurementSettings {
    QuantumMeasurementSettings { qubits: qubits.map(<[u32]>::to_vec), ..QuantumMeasurementSettings::default() }
}

fn measure(target: u32) -> QuantumMeasurementSettings {
    let measurement = Measurement::Measure;
    QuantumMeasurementSettings { measurement, target, seed: 42, stream: 3, ..QuantumMeasurementSettings::default() }
}

fn sample(shots: u64) -> QuantumMeasurementSettings {
    let measurement = Measurement::Sample;
    QuantumMeasurementSettings { measurement, shots, seed: 42, stream: 3, ..QuantumMeasurementSettings::default() }
}

fn of<T: Amplitude>(state: &mut Buffer<T>, settings: &QuantumMeasurementSettings) -> QuantumMeasurementOutputs {
    quantum_measurement(state, settings).unwrap()
}

/// `Statevector(psi).probabilities(qubits)`, qiskit 2.6.2: sums of 256ths, which are exact here.
#[test]
fn probabilities_equal_qiskits() {
    let known: [(Option<&[u32]>, &[f64]); 5] = [
        (None, &[5., 5., 13., 20., 26., 40., 50., 68.]),
        (Some(&[2, 0]), &[18., 76., 25., 108.]),
        (Some(&[1]), &[76., 151.]),
        (Some(&[]), &[227.]),
        (Some(&[0, 1, 2]), &[5., 5., 13., 20., 26., 40., 50., 68.]),
    ];
    for (qubits, known) in known {
        let mut state = psi::<c64>(&[2, 1, 8]);
        let got = of(&mut state, &probabilities(qubits)).probabilities.unwrap();
        assert_eq!(got.shape(), [2, 1, known.len()]);
        assert_eq!(got.download().unwrap(), known.iter().map(|p| p / 256.0).collect::<Vec<_>>().repeat(2));
        assert_eq!(state.download().unwrap(), psi::<c64>(&[2, 1, 8]).download().unwrap());
    }
}

/// `Statevector(psi/norm).measure([1])` after either outcome, qiskit 2.6.2; outcomes of `u < p0`, numpy 2.4.6 with a
/// Philox of its own.
#[test]
fn a_measured_state_collapses_as_qiskits_does() {
    let known: [[(f64, f64); 8]; 2] = [
        [
            (0.114_707_866_935_280_86, -0.229_415_733_870_561_72),
            (0.229_415_733_870_561_72, -0.114_707_866_935_280_86),
            (0.0, 0.0),
            (0.0, 0.0),
            (0.573_539_334_676_404_3, -0.114_707_866_935_280_86),
            (0.688_247_201_611_685_2, -0.229_415_733_870_561_72),
            (0.0, 0.0),
            (0.0, 0.0),
        ],
        [
            (0.0, 0.0),
            (0.0, 0.0),
            (0.244_136_537_631_347_85, 0.162_757_691_754_231_88),
            (0.325_515_383_508_463_76, 0.162_757_691_754_231_88),
            (0.0, 0.0),
            (0.0, 0.0),
            (0.569_651_921_139_811_6, -0.081_378_845_877_115_94),
            (0.651_030_767_016_927_5, 0.162_757_691_754_231_88),
        ],
    ];
    let mut state = psi::<c128>(&[3, 2, 8]);
    let outcome = of(&mut state, &measure(1)).outcome.unwrap();
    assert_eq!((outcome.shape(), outcome.download().unwrap()), (&[3, 2][..], vec![1, 1, 0, 0, 1, 1]));
    for (row, state) in state.download().unwrap().chunks(8).enumerate() {
        let outcome = outcome.download().unwrap()[row] as usize;
        for (a, &(re, im)) in state.iter().zip(&known[outcome]) {
            assert!((a - c128::new(re, im)).norm() < 1e-15, "{a} in state {row}");
        }
    }
}

/// `numpy.searchsorted(numpy.cumsum(p), u*p.sum(), side="right")`, numpy 2.4.6 with a Philox of its own; the nearest sum
/// is 0.0028 from its u.
#[test]
fn samples_equal_numpys() {
    let known = [5, 6, 3, 4, 7, 6, 7, 5, 3, 7, 3, 4];
    let drawn = |shape: &[usize], shots| of(&mut psi::<c64>(shape), &sample(shots)).samples.unwrap();
    assert_eq!(drawn(&[8], 12).download().unwrap(), known);
    let batched = drawn(&[2, 3, 8], 2);
    assert_eq!((batched.shape(), batched.download().unwrap()), (&[2, 3, 2][..], known.to_vec()));
    assert_eq!(drawn(&[8], 0).shape(), [0]);
}

/// Every sample is where the cumulative sum passes u, counted plainly over 13 qubits: three levels of the tree.
#[test]
fn samples_of_a_large_state_are_where_the_cumulative_sum_passes() {
    let random = Philox::new(5, 9);
    let gap = |i: u64| if (100..5000).contains(&i) { 0.0 } else { 1.0 };
    let state: Vec<c128> =
        (0..1 << 13).map(|i| c128::new(random.normal(2 * i), random.normal(2 * i + 1)) * gap(i)).collect();
    let mut sums = Vec::new();
    state.iter().fold(0.0, |sum, a| {
        sums.push(sum + a.norm_sqr());
        sum + a.norm_sqr()
    });
    let total = sums[sums.len() - 1];
    let mut buffer = Device::cpu().upload(&state, &[1 << 13]).unwrap();
    let samples = of(&mut buffer, &sample(2000)).samples.unwrap().download().unwrap();
    for (shot, sample) in samples.into_iter().enumerate() {
        let (sample, bound) = (sample as usize, Philox::new(42, 3).uniform(shot as u64) * total);
        let before = if sample == 0 { 0.0 } else { sums[sample - 1] };
        assert!(before <= bound + 1e-9 && bound < sums[sample] + 1e-9, "shot {shot} is {sample}");
        assert!(!(100..5000).contains(&sample));
    }
}

/// χ² of the counts of 8 outcomes, 7 degrees of freedom: above 40.52 with probability 1e-6 (`scipy.stats.chi2.isf`).
#[test]
fn counts_of_samples_follow_the_probabilities() {
    let shots = 100_000;
    let samples = of(&mut psi::<c64>(&[8]), &sample(shots)).samples.unwrap().download().unwrap();
    let chi: f64 = (0..8)
        .map(|outcome| {
            let count = samples.iter().filter(|&&s| s == outcome as u64).count() as f64;
            let expected = shots as f64 * (PSI[outcome].0.powi(2) + PSI[outcome].1.powi(2)) / 227.0;
            (count - expected).powi(2) / expected
        })
        .sum();
    assert!(chi < 40.52, "{chi}");
}

#[test]
fn marginal_sums_in_parts_are_those_of_all_outcomes() {
    let random = Philox::new(1, 1);
    let state: Vec<c64> = (0..1 << 15).map(|i| c64::new(random.normal(i) as f32, 0.5)).collect();
    let mut state = Device::cpu().upload(&state, &[1 << 15]).unwrap();
    let all = of(&mut state, &probabilities(None)).probabilities.unwrap().download().unwrap();
    let some = of(&mut state, &probabilities(Some(&[14, 2]))).probabilities.unwrap().download().unwrap();
    assert_eq!(parts(1, 1 << 15, 1 << 14 | 1 << 2), 32);
    for (outcome, some) in some.into_iter().enumerate() {
        let agrees = |i: &usize| i >> 14 & 1 == outcome & 1 && i >> 2 & 1 == outcome >> 1;
        let sum: f64 = (0..1 << 15).filter(agrees).map(|i| all[i]).sum();
        assert!((some - sum).abs() < 1e-12 * sum, "{outcome}: {some} is not {sum}");
    }
}

#[test]
fn a_register_without_qubits_and_no_registers_are_measured() {
    let mut one = Device::cpu().upload(&[c64::new(0.0, 2.0)], &[1]).unwrap();
    assert_eq!(of(&mut one, &probabilities(None)).probabilities.unwrap().download().unwrap(), [4.0]);
    assert_eq!(of(&mut one, &probabilities(Some(&[]))).probabilities.unwrap().download().unwrap(), [4.0]);
    assert_eq!(of(&mut one, &sample(3)).samples.unwrap().download().unwrap(), [0, 0, 0]);
    let mut none = Device::cpu().zeros::<c128>(&[0, 4]).unwrap();
    assert_eq!(of(&mut none, &probabilities(Some(&[1]))).probabilities.unwrap().shape(), [0, 2]);
    assert_eq!(of(&mut none, &measure(1)).outcome.unwrap().shape(), [0]);
    assert_eq!(of(&mut none, &sample(5)).samples.unwrap().shape(), [0, 5]);
}

#[test]
fn what_cannot_be_is_never_drawn() {
    let certain = [c64::default(), c64::new(0.0, 1e-20), c64::default(), c64::default()];
    let mut state = Device::cpu().upload(&certain.repeat(50), &[50, 4]).unwrap();
    assert_eq!(of(&mut state, &sample(4)).samples.unwrap().download().unwrap(), [1; 200]);
    assert_eq!(of(&mut state, &measure(0)).outcome.unwrap().download().unwrap(), [1; 50]);
    assert_eq!(of(&mut state, &measure(1)).outcome.unwrap().download().unwrap(), [0; 50]);
    let norms = state.download().unwrap().chunks(4).map(|s| s[1].im).collect::<Vec<_>>();
    assert!(norms.iter().all(|norm| (norm - 1.0).abs() < 1e-6), "{norms:?}");
}

#[test]
fn a_state_without_a_norm_is_refused_and_stays() {
    for odd in [c64::default(), c64::new(f32::NAN, 0.0), c64::new(0.0, f32::INFINITY)] {
        let amplitudes = [c64::new(1.0, 0.0), c64::default(), odd, c64::default()];
        let mut state = Device::cpu().upload(&amplitudes, &[2, 2]).unwrap();
        for settings in [measure(0), sample(1)] {
            let error = quantum_measurement(&mut state, &settings).unwrap_err().to_string();
            assert_eq!(error, "quantum_measurement: `state` has a norm that is 0 or not finite");
        }
        assert_eq!(format!("{:?}", state.download().unwrap()), format!("{amplitudes:?}"));
        assert_eq!(state.shape(), [2, 2]);
    }
}

#[test]
fn refusals_name_the_setting() {
    let refused = |shape: &[usize], settings: &QuantumMeasurementSettings| {
        let mut state = Device::cpu().zeros::<c64>(shape).unwrap();
        quantum_measurement(&mut state, settings).unwrap_err().to_string()
    };
    let listed = refused(&[8], &probabilities(Some(&[0, 3])));
    assert_eq!(listed, "quantum_measurement: needs qubits < n, got [0, 3] of 3 qubits");
    let twice = refused(&[8], &probabilities(Some(&[2, 2])));
    assert_eq!(twice, "quantum_measurement: needs every one of qubits once, got [2, 2]");
    let target = refused(&[8], &measure(3));
    assert_eq!(target, "quantum_measurement: needs target < qubits, got [3] of 3 qubits");
    let length = refused(&[2, 6], &sample(1));
    assert_eq!(length, "quantum_measurement: `state` must be [..., 2^qubits], got [2, 6]");
    let shots = refused(&[4, 2], &sample(1 << 50));
    assert_eq!(shots, "quantum_measurement: needs 2^40 samples at most, got 1125899906842624 shots of 4 states");
}
