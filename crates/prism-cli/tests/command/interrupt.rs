//! Ctrl-C in the middle of a long run.

use crate::sandbox::{Sandbox, good};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A run of hours is interrupted as soon as it computes: it ends at once (three seconds, on a
/// busy machine) and leaves nothing behind.
#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_run_and_leaves_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("long.csv", good(20_000));
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("prism-ai"))
        .current_dir(sandbox.path())
        .args("te long.csv --out result --surrogates 100000 --target-history 3 --device cpu".split(' '))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("estimates ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the run ended by itself");
    }
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(3), "it took {:?}", asked.elapsed());
    assert_eq!(status.code(), Some(130));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("error: interrupted\n"), "{rest}");
    assert_eq!(sandbox.names(), ["long.csv"]);
}
