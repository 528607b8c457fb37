//! Help, completions and manual pages.

use crate::sandbox::Sandbox;
use std::time::{Duration, Instant};

/// The options that are promised to users, by command.
const DATA: [&str; 3] = ["--orientation", "--trials", "--select"];
const ESTIMATOR: [&str; 11] = [
    "--estimator",
    "--bins",
    "--k",
    "--theiler",
    "--normalize",
    "--noise",
    "--units",
    "--precision",
    "--seed",
    "--device",
    "--miller-madow",
];
const TRANSFER_ENTROPY: [&str; 17] = [
    "--sources",
    "--targets",
    "--conditional",
    "--conditional-delay",
    "--target-history",
    "--source-history",
    "--target-tau",
    "--source-tau",
    "--delays",
    "--surrogates",
    "--surrogate-method",
    "--alpha",
    "--correction",
    "--local",
    "--force",
    "--json",
    "--out",
];

fn shows(text: &str, options: &[&str]) {
    for option in options {
        assert!(text.contains(option), "{option} is missing in:\n{text}");
    }
}

#[test]
fn help_shows_every_option_under_its_heading() {
    let sandbox = Sandbox::new();
    let help = sandbox.done("transfer-entropy --help");
    shows(&help, &[&DATA[..], &ESTIMATOR, &TRANSFER_ENTROPY].concat());
    shows(
        &help,
        &["Data:", "Estimator:", "Transfer entropy:", "Significance:", "Output:", "Computation:", "Examples:"],
    );
    assert_eq!(help, sandbox.done("te -h"), "the alias and the short form say the same");
    for (command, variables) in [("mi", &["--x", "--y"][..]), ("cmi", &["--x", "--y", "--z"]), ("entropy", &["--x"])] {
        let help = sandbox.done(&format!("{command} --help"));
        shows(&help, &[&DATA[..], &ESTIMATOR, variables, &["--json", "--local"]].concat());
    }
}

/// No driver is asked, no thread started: one of many tries on a busy machine shows it.
#[test]
fn help_comes_at_once() {
    let sandbox = Sandbox::new();
    let quick = || {
        let begun = Instant::now();
        sandbox.done("--help");
        begun.elapsed() < Duration::from_millis(20)
    };
    assert!((0..100).any(|_| quick()));
}

#[test]
fn nothing_asked_shows_the_help() {
    let output = Sandbox::new().run("");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("Usage: prism-ai <COMMAND>"));
}

#[test]
fn completions_know_every_option() {
    let sandbox = Sandbox::new();
    let bash = sandbox.done("completions bash");
    shows(&bash, &[&DATA[..], &ESTIMATOR, &TRANSFER_ENTROPY, &["transfer-entropy", "fdr-bh", "ksg2"]].concat());
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(sandbox.done(&format!("completions {shell}")).contains("surrogate-method"), "{shell}");
    }
}

#[test]
fn manual_pages_are_printed() {
    let sandbox = Sandbox::new();
    let page = sandbox.done("man te").replace("\\-", "-");
    assert!(page.contains(".TH prism-ai-transfer-entropy 1"), "{page}");
    shows(&page, &[&DATA[..], &ESTIMATOR, &TRANSFER_ENTROPY].concat());
    assert!(sandbox.done("man").contains(".TH prism-ai 1"));
}
