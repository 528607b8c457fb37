//! The values of JIDT 1.6.1, the reference program of the field, to 1e-9.

use prism_ai::information::{conditional_mutual_information, mutual_information};
use prism_ai::progress::Silent;
use prism_ai::series::{ReadOptions, Series, read};
use prism_ai::transfer_entropy::{Estimation, Estimator, Normalize, Plan, Precision, Settings, Theiler};
use prism_device::Device;
use serde_json::Value;
use std::path::Path;

const TOLERANCE: f64 = 1e-9;
/// What single-precision distances may be off, in nats.
const TOLERANCE_F32: f64 = 2e-3;

#[test]
fn every_value_of_jidt_on_every_device() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/jidt");
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let cases = expected["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 52);
    let mut misses = Vec::new();
    for device in Device::all() {
        for case in cases {
            let series = read(&folder.join(case["file"].as_str().unwrap()), &ReadOptions::default()).unwrap();
            for (precision, tolerance) in [(Precision::F64, TOLERANCE), (Precision::F32, TOLERANCE_F32)] {
                let Some((value, n_obs)) = estimate(case, series.clone(), precision, &device) else { continue };
                let off = (value - case["expected"].as_f64().unwrap()).abs();
                if off.is_nan() || off > tolerance || n_obs as u64 != case["n_obs"].as_u64().unwrap() {
                    misses.push(format!(
                        "case {} on {device}, {precision}: off by {off:e}, {n_obs} observations",
                        case["id"]
                    ));
                }
            }
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

fn estimate(case: &Value, series: Series, precision: Precision, device: &Device) -> Option<(f64, usize)> {
    let number = |key: &str| case[key].as_u64().unwrap_or(0) as usize;
    let columns = |key: &str| -> Vec<usize> {
        case[key].as_array().unwrap().iter().map(|c| c.as_u64().unwrap() as usize).collect()
    };
    let gaussian = case["measure"] == "te_gaussian";
    if gaussian && device.is_cuda() {
        return None;
    }
    let estimation = Estimation {
        estimator: match number("alg") {
            _ if gaussian => Estimator::Gaussian,
            1 => Estimator::Ksg1,
            _ => Estimator::Ksg2,
        },
        k: number("k").max(1),
        theiler: Theiler::Rows(number("theiler")),
        normalize: if case["normalise"] == true { Normalize::Embedded } else { Normalize::None },
        noise: 0.0,
        precision,
        ..Estimation::default()
    };
    Some(match case["measure"].as_str().unwrap() {
        "mi_ksg" => {
            let (x, y) = (columns("x_cols"), columns("y_cols"));
            let found = mutual_information(&series, &x, &y, &estimation, false, device).unwrap();
            (found.value, found.n_obs)
        }
        "cmi_ksg" => {
            let (x, y, z) = (columns("x_cols"), columns("y_cols"), columns("z_cols"));
            let found = conditional_mutual_information(&series, &x, &y, &z, &estimation, false, device).unwrap();
            (found.value, found.n_obs)
        }
        _ => {
            let settings = Settings {
                estimation,
                sources: Some(vec![number("source_col")]),
                targets: Some(vec![number("dest_col")]),
                target_history: number("k_history"),
                target_tau: number("k_tau"),
                source_history: number("l_history"),
                source_tau: number("l_tau"),
                delays: vec![number("delay")],
                surrogates: 0,
                ..Settings::default()
            };
            let network = Plan::new(series, settings).unwrap().run(device, &Silent).unwrap();
            (network.pairs[0].te, network.pairs[0].n_obs)
        }
    })
}
