//! Ctrl-C in the middle of a long run.
#![cfg(unix)]

use crate::sandbox::{Sandbox, good};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A run of hours is interrupted as soon as it computes. It ends at once (three seconds, on a busy machine) and leaves
/// nothing behind.
fn ends_at_once(samples: u32, line: &str, begun: &str) {
    let sandbox = Sandbox::new();
    sandbox.write("long.csv", good(samples));
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("prism-ai"))
        .current_dir(sandbox.path())
        .args(line.split(' '))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with(begun) {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the run ended by itself");
    }
    std::thread::sleep(Duration::from_millis(100));
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(3), "it took {:?}", asked.elapsed());
    assert_eq!(status.code(), Some(130));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("error: interrupted\n") && rest.matches("interrupted").count() == 1, "{rest}");
    assert_eq!(sandbox.names(), ["long.csv"]);
}

#[test]
fn between_estimates() {
    let line = "te long.csv --out result --surrogates 100000 --target-history 3 --device cpu";
    ends_at_once(5_000, line, "estimates ");
}

/// One estimate takes longer than anyone waits.
#[test]
fn within_an_estimate() {
    ends_at_once(200_000, "te long.csv --out result --target-history 9 --source-history 9 --device cpu", "device: cpu");
}
