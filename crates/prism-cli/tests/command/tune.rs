//! Tuning, as far as a machine without a GPU goes.

use crate::sandbox::Sandbox;
use serde_json::Value;

#[test]
fn kernels_with_a_choice_are_listed_the_default_first() {
    let sandbox = Sandbox::new();
    let listed = sandbox.done("tune --list --json");
    let kernels: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(kernels.len() > 50 && kernels.iter().all(|kernel| kernel["blocks"].as_array().unwrap().len() > 1));
    let digamma = kernels.iter().find(|kernel| kernel["kernel"] == "digamma").unwrap();
    assert_eq!(digamma["blocks"], serde_json::json!([256, 128, 512, 1024]));
    let text = sandbox.done("tune --list digamma vector_add");
    assert_eq!(text.lines().count(), 2);
    assert!(text.starts_with("digamma                      256, 128, 512, 1024"), "{text}");
}

#[test]
fn what_cannot_be_tuned_is_refused_by_name() {
    let sandbox = Sandbox::new();
    sandbox.refuses("tune --device cpu", "tuning measures on a GPU; leave out --device cpu");
    let settled = "kernel `softmax_rows` has one block size and nothing to tune; `prism-ai tune --list` shows those that \
                   have more";
    sandbox.refuses("tune softmax_rows", settled);
    sandbox.refuses("tune digama", "no kernel `digama`; did you mean `digamma`? `prism-ai kernels list` shows them");
}

#[test]
fn without_a_gpu_the_command_says_so_and_writes_nothing() {
    if prism_device::Device::cuda(0).is_ok() {
        return;
    }
    let sandbox = Sandbox::new();
    for line in ["tune digamma --output tuned.jsonl", "tune digamma --device cuda --output tuned.jsonl"] {
        let output = sandbox.run(line);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0), "{output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: no CUDA "));
    }
    assert_eq!(sandbox.names(), [""; 0]);
}

#[test]
fn a_mode_of_tuning_is_one_of_three_and_of_a_gpu() {
    let sandbox = Sandbox::with_good();
    let wrong = sandbox.run("te good.csv --tuning on");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("use off, profiles or automatic"));
    let run = |mode: &str| {
        let line = format!("te good.csv --device cpu --surrogates 19 --json --tuning {mode}");
        let mut json: Value = serde_json::from_str(&sandbox.done(&line)).unwrap();
        json.as_object_mut().unwrap().retain(|key, _| key != "seconds");
        json
    };
    assert_eq!(run("off"), run("profiles"));
}
