//! Tuning, as far as a machine without a GPU goes.

use crate::sandbox::{Sandbox, text};
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
        assert!(text(&output.stderr).starts_with("error: no CUDA "));
    }
    assert_eq!(sandbox.names(), [""; 0]);
}

#[test]
fn a_mode_of_tuning_is_one_of_three() {
    let wrong = Sandbox::with_good().run("te good.csv --tuning on");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("use off, profiles or automatic"), "{wrong:?}");
}

/// On a GPU where there is one: what its launches go by changes no digit.
#[test]
fn a_network_is_the_same_in_every_mode() {
    let sandbox = Sandbox::with_good();
    let run = |mode: &str| {
        let mut command = sandbox.command(&format!("te good.csv --surrogates 19 --json --tuning {mode}"));
        let output = command.env("XDG_CACHE_HOME", sandbox.path().join("cache")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout)
    };
    let off = run("off");
    assert!(off.contains("\"pairs\""), "{off}");
    assert_eq!((run("automatic"), run("profiles")), (off.clone(), off));
}
