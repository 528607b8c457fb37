//! No estimate depends on the unit of a recording, nor without standardising on where its zero lies.

use prism_ai::information::mutual_information;
use prism_ai::progress::Silent;
use prism_ai::series::Series;
use prism_ai::transfer_entropy::{Estimation, Estimator, Normalize, Plan, Precision, Settings, Theiler};
use prism_device::Device;
use prism_device::philox::Philox;

/// Two channels of 300 samples, the second drawn to the past of the first, on a grid that every unit and zero keeps.
fn recording(zero: f64, unit: f64) -> Series {
    let words = Philox::new(2026, 0);
    let x: Vec<f64> = (0..300).map(|t| words.normal(t)).collect();
    let y: Vec<f64> = (0..300).map(|t| words.normal(300 + t as u64) + if t > 0 { x[t - 1] } else { 0.0 }).collect();
    let placed = |values: Vec<f64>| values.iter().map(|v| ((v * 1024.0).round() / 1024.0 + zero) * unit).collect();
    Series::new(vec!["x".into(), "y".into()], vec![placed(x), placed(y)]).unwrap()
}

/// Transfer entropy and mutual information, bit by bit.
fn bits(series: Series, estimation: &Estimation) -> [u64; 2] {
    let information = mutual_information(&series, &[0], &[1], estimation, false, &Device::cpu()).unwrap().value;
    let settings = Settings { estimation: estimation.clone(), surrogates: 0, ..Settings::default() };
    let network = Plan::new(series, settings).unwrap().run(&Device::cpu(), &Silent).unwrap();
    [information, network.pairs[0].te].map(f64::to_bits)
}

fn each(estimation: impl Fn(&Estimation)) {
    for estimator in [Estimator::Ksg1, Estimator::Ksg2] {
        for precision in [Precision::F32, Precision::F64] {
            for theiler in [Theiler::Rows(0), Theiler::Auto] {
                estimation(&Estimation { estimator, precision, theiler, noise: 0.0, ..Estimation::default() });
            }
        }
    }
}

#[test]
fn any_unit_gives_the_same_bits() {
    each(|plain| {
        for normalize in [Normalize::Series, Normalize::Embedded, Normalize::None] {
            let estimation = Estimation { normalize, ..plain.clone() };
            let expected = bits(recording(0.0, 1.0), &estimation);
            for exponent in [-1000, -540, -150, 150, 540, 1000] {
                let found = bits(recording(0.0, 2f64.powi(exponent)), &estimation);
                assert_eq!(found, expected, "2^{exponent}, {estimation:?}");
            }
        }
    });
}

#[test]
fn any_zero_gives_the_same_bits() {
    each(|plain| {
        let estimation = Estimation { normalize: Normalize::None, ..plain.clone() };
        let expected = bits(recording(0.0, 1.0), &estimation);
        for zero in [-1e9, 1e8] {
            assert_eq!(bits(recording(zero, 1.0), &estimation), expected, "{zero}, {estimation:?}");
        }
    });
}

/// The grid of the recording leaves ties; beside 2^42 its steps are the last bits, and noise is less.
#[test]
fn noise_breaks_ties_beside_any_zero() {
    for normalize in [Normalize::Embedded, Normalize::None] {
        let estimation = Estimation { normalize, ..Estimation::default() };
        let [near, far] = [11, 42].map(|exponent| bits(recording(2f64.powi(exponent), 1.0), &estimation));
        assert_eq!(near, far, "{normalize}");
    }
}
