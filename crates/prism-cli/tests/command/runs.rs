//! Whole runs on small recordings: what is printed and what is written.

use crate::sandbox::{Sandbox, text};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;

/// Channels `x`, `y`, `z` of 300 samples: `x` drives `y` after two samples, `z` goes alone.
fn driven() -> Sandbox {
    let mut state = 1_u64;
    // SplitMix64.
    let mut noise = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = state;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let (mut table, mut late) = ("x,y,z\n".to_owned(), [0.0; 2]);
    for _ in 0..300 {
        let x = noise();
        writeln!(table, "{x},{},{}", late[0] + 0.2 * noise(), noise()).unwrap();
        late = [late[1], x];
    }
    let sandbox = Sandbox::new();
    sandbox.write("driven.csv", table);
    sandbox
}

const MAIN: &str = "te driven.csv --sources x --targets y,z --delays 1..3 --surrogates 39 --device cpu --quiet";

fn json_of(sandbox: &Sandbox, line: &str) -> Value {
    serde_json::from_str(&sandbox.done(line)).unwrap()
}

#[test]
fn the_table_shows_what_drives_what() {
    let table = driven().done(MAIN);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines[0], "1 of 2 pairs is significant (p ≤ 0.05, fdr-bh corrected, 39 surrogates).", "{table}");
    let words: Vec<_> = lines[3].split_whitespace().collect();
    assert_eq!(words[..4], ["x", "→", "y", "2"], "{table}");
}

#[test]
fn the_json_object_has_the_promised_keys() {
    let network = json_of(&driven(), &format!("{MAIN} --json"));
    let pair = &network["pairs"][0];
    let keys: Vec<_> = pair.as_object().unwrap().keys().map(String::as_str).collect();
    let mut promised = ["source", "target", "delay", "te", "te_corrected", "p", "p_corrected", "z", "n_obs", "k"];
    promised.sort_unstable();
    assert_eq!(keys.len(), promised.len());
    assert!(promised.iter().all(|key| keys.contains(key)), "{keys:?}");
    assert_eq!((&pair["source"], &pair["target"], &pair["delay"]), (&json!("x"), &json!("y"), &json!(2)));
    assert_eq!((&pair["p"], &pair["n_obs"], &pair["k"]), (&json!(0.025), &json!(298), &json!(4)));
    assert!(pair["te"].as_f64().unwrap() > 0.5 && pair["z"].as_f64().unwrap() > 5.0);
    assert_eq!(network["units"], "nats");
}

#[test]
fn without_surrogates_there_is_no_p() {
    let network = json_of(&driven(), "te driven.csv --surrogates 0 --json --device cpu");
    for pair in network["pairs"].as_array().unwrap() {
        assert!(pair["te"].is_f64());
        for key in ["te_corrected", "p", "p_corrected", "z"] {
            assert_eq!(pair[key], Value::Null, "{key}");
        }
    }
}

#[test]
fn bits_are_nats_over_ln_2_and_p_stays() {
    let sandbox = driven();
    let line = format!("{MAIN} --json --local");
    let (nats, bits) = (json_of(&sandbox, &line), json_of(&sandbox, &format!("{line} --units bits")));
    assert_eq!(bits["units"], "bits");
    for (nats, bits) in nats["pairs"].as_array().unwrap().iter().zip(bits["pairs"].as_array().unwrap()) {
        let same = |nats: &Value, bits: &Value| {
            let (nats, bits) = (nats.as_f64().unwrap(), bits.as_f64().unwrap());
            assert!((nats - bits * std::f64::consts::LN_2).abs() < 1e-12, "{nats} nats, {bits} bits");
        };
        same(&nats["te"], &bits["te"]);
        same(&nats["te_corrected"], &bits["te_corrected"]);
        same(&nats["local"][7], &bits["local"][7]);
        assert_eq!((&nats["p"], &nats["delay"]), (&bits["p"], &bits["delay"]));
        assert!((nats["z"].as_f64().unwrap() - bits["z"].as_f64().unwrap()).abs() < 1e-9);
    }
}

#[test]
fn local_values_average_to_the_whole() {
    let sandbox = driven();
    let average = |values: &Value| {
        let values: Vec<f64> = values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let pair = &json_of(&sandbox, "te driven.csv --sources x --targets y --surrogates 0 --local --json --device cpu")["pairs"]
        [0];
    assert_eq!(pair["local"].as_array().unwrap().len(), 299);
    assert!((average(&pair["local"]) - pair["te"].as_f64().unwrap()).abs() < 1e-12);
    let mi = json_of(&sandbox, "mi driven.csv --x x --y y --local --json --device cpu");
    assert!((average(&mi["local"]) - mi["value"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn the_directory_holds_everything() {
    let sandbox = driven();
    sandbox.done(&format!("{MAIN} --out result --local"));
    let mut names: Vec<_> = fs::read_dir(sandbox.path().join("result"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "edges.csv",
        "local_te.npy",
        "network.graphml",
        "network.png",
        "network.svg",
        "summary.json",
        "te.csv",
        "te_matrix.npy",
        "te_matrix.png",
        "te_matrix.svg",
    ];
    assert_eq!(names, expected);
    assert_eq!(sandbox.names(), ["driven.csv", "result"]);
    let table = fs::read_to_string(sandbox.path().join("result/te.csv")).unwrap();
    assert!(table.starts_with("source,target,delay,te,te_corrected,p,p_corrected,z,n_obs,k\n"), "{table}");
    assert_eq!(table.lines().count(), 3);
}

#[test]
fn the_summary_says_what_was_asked() {
    let sandbox = driven();
    sandbox.done("te driven.csv --delays 1..3 --surrogates 0 --device cpu --out result --theiler auto --conditional z");
    let summary = fs::read_to_string(sandbox.path().join("result/summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["data"]["channels"], json!(["x", "y", "z"]));
    let parameters = &summary["parameters"];
    assert_eq!(parameters["delays"], json!([1, 2, 3]));
    assert_eq!(parameters["conditional"], json!(["z"]));
    assert!(parameters["theiler"].as_u64().unwrap() > 0, "the window found, not the word");
    assert_eq!(summary["device"].as_str(), Some("cpu"));
    assert!(summary["seconds"]["total"].as_f64().unwrap() > 0.0);
    assert_eq!(summary["versions"]["prism-ai"], env!("CARGO_PKG_VERSION"));
    assert_eq!(summary["warnings"], json!([]));
}

#[test]
fn others_condition_each_pair_on_the_rest() {
    let sandbox = driven();
    let rest = "--delays 1..2 --surrogates 39 --device cpu --quiet";
    sandbox.done(&format!("te driven.csv --conditional others --out result {rest}"));
    let summary = fs::read_to_string(sandbox.path().join("result/summary.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&summary).unwrap()["parameters"]["conditional"], "others");
    let network = json_of(&sandbox, &format!("te driven.csv --conditional others --json {rest}"));
    let by_hand = json_of(&sandbox, &format!("te driven.csv --sources x --targets y --conditional z --json {rest}"));
    assert_eq!(network["pairs"].as_array().unwrap().len(), 6);
    for key in ["source", "target", "delay", "te", "te_corrected", "p", "z"] {
        assert_eq!(network["pairs"][0][key], by_hand["pairs"][0][key], "{key}");
    }
    let two = "te driven.csv --select x,y --json";
    assert_eq!(
        sandbox.done(&format!("{two} --conditional others {rest}")),
        sandbox.done(&format!("{two} {rest}")),
        "of two channels none is left"
    );
}

#[test]
fn a_channel_called_others_is_that_channel() {
    let sandbox = driven();
    let table = fs::read_to_string(sandbox.path().join("driven.csv")).unwrap();
    sandbox.write("others.csv", table.replace("x,y,z", "x,y,others"));
    let line = "te others.csv --surrogates 0 --json --device cpu --quiet --conditional";
    assert_eq!(sandbox.done(&format!("{line} others")), sandbox.done(&format!("{line} 2")));
}

#[test]
fn results_are_replaced_only_by_force() {
    let sandbox = driven();
    sandbox.done(&format!("{MAIN} --out result"));
    let before = fs::read(sandbox.path().join("result/summary.json")).unwrap();
    let message = "result: exists; choose another directory, or replace the results in it with --force";
    sandbox.refuses(&format!("{MAIN} --out result"), message);
    assert_eq!(fs::read(sandbox.path().join("result/summary.json")).unwrap(), before);
    sandbox.done(&format!("{MAIN} --out result --force --seed 1"));
    assert_ne!(fs::read(sandbox.path().join("result/summary.json")).unwrap(), before);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let sandbox = driven();
    let run = |threads| sandbox.done(&format!("{MAIN} --json --threads {threads}"));
    assert_eq!(run(1), run(2));
}

#[test]
fn stderr_says_which_device_works() {
    let sandbox = driven();
    let line = "te driven.csv --surrogates 0 --device cpu";
    assert_eq!(text(&sandbox.run(line).stderr), "device: cpu\n");
    assert_eq!(text(&sandbox.run(&format!("{line} --quiet")).stderr), "");
}

#[test]
fn estimates_of_variables_are_printed_as_promised() {
    let sandbox = driven();
    for line in ["mi driven.csv --x x --y y", "cmi driven.csv --x x --y y,z --z 2", "entropy driven.csv --x x"] {
        let line = line.replace("y,z --z 2", "y --z 2");
        let object = json_of(&sandbox, &format!("{line} --json --device cpu"));
        let mut keys: Vec<_> = object.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["n_obs", "units", "value"], "{line}");
        assert_eq!((&object["n_obs"], &object["units"]), (&json!(300), &json!("nats")));
    }
    let said = sandbox.done("entropy driven.csv --x x --device cpu --quiet");
    assert!(said.starts_with("H(x) = 2.") && said.ends_with(" nats, 300 observations\n"), "{said}");
}

#[test]
fn counted_states_are_exact() {
    let sandbox = Sandbox::new();
    sandbox.write("coins.csv", "a,b\n0,0\n0,1\n1,0\n1,1\n");
    let bits =
        |line: &str| json_of(&sandbox, &format!("{line} --estimator discrete --units bits --json"))["value"].clone();
    assert_eq!(bits("entropy coins.csv --x a,b"), json!(2.0));
    assert_eq!(bits("entropy coins.csv --x a"), json!(1.0));
    assert!(bits("mi coins.csv --x a --y b").as_f64().unwrap().abs() < 1e-12);
    assert!((bits("mi coins.csv --x a --y a,b").as_f64().unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn a_reader_that_leaves_is_no_fault() {
    use std::process::Stdio;
    let sandbox = driven();
    let program = assert_cmd::cargo::cargo_bin("prism-ai");
    let mut child = std::process::Command::new(program)
        .current_dir(sandbox.path())
        .args("te driven.csv --surrogates 0 --json --local --device cpu".split(' '))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
