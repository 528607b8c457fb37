//! The values of JIDT 1.6.1, the reference program of the field, asked of the command: 52 estimates to 1e-9.

use crate::sandbox::Sandbox;
use serde_json::Value;
use std::path::Path;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/jidt");

/// The command line that asks for what JIDT was asked for.
fn line(case: &Value) -> String {
    let columns = |key: &str| case[key].as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join(",");
    let lags = || {
        format!(
            "--sources {} --targets {} --target-history {} --target-tau {} --source-history {} --source-tau {} --delays {} \
             --surrogates 0",
            case["source_col"],
            case["dest_col"],
            case["k_history"],
            case["k_tau"],
            case["l_history"],
            case["l_tau"],
            case["delay"]
        )
    };
    let file = Path::new(DATA).join(case["file"].as_str().unwrap());
    let ksg = || {
        let normalize = if case["normalise"].as_bool().unwrap() { "embedded" } else { "none" };
        let (alg, k, theiler) = (&case["alg"], &case["k"], &case["theiler"]);
        format!("--estimator ksg{alg} --k {k} --theiler {theiler} --normalize {normalize} --noise 0")
    };
    let file = file.display();
    match case["measure"].as_str().unwrap() {
        "mi_ksg" => format!("mi {file} --x {} --y {} {}", columns("x_cols"), columns("y_cols"), ksg()),
        "cmi_ksg" => {
            format!(
                "cmi {file} --x {} --y {} --z {} {}",
                columns("x_cols"),
                columns("y_cols"),
                columns("z_cols"),
                ksg()
            )
        }
        "te_ksg" => format!("te {file} {} {}", lags(), ksg()),
        "te_gaussian" => format!("te {file} {} --estimator gaussian", lags()),
        other => panic!("unknown measure {other}"),
    }
}

#[test]
fn every_value_agrees() {
    let expected = std::fs::read_to_string(Path::new(DATA).join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let cases = expected["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 52);
    let sandbox = Sandbox::new();
    for case in cases {
        let line = line(case);
        let found: Value = serde_json::from_str(&sandbox.done(&format!("{line} --json --device cpu"))).unwrap();
        let (object, key) = if line.starts_with("te ") { (&found["pairs"][0], "te") } else { (&found, "value") };
        assert_eq!(object["n_obs"], case["n_obs"], "{line}");
        let (value, truth) = (object[key].as_f64().unwrap(), case["expected"].as_f64().unwrap());
        assert!((value - truth).abs() <= 1e-9, "{line}: {value} and JIDT {truth}");
    }
}
