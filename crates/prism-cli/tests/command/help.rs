//! Help, completions and manual pages.

use crate::sandbox::Sandbox;
use std::fs;
use std::time::{Duration, Instant};

/// The options that are promised to users, by command.
const DATA: [&str; 3] = ["--orientation", "--trials", "--select"];
const ESTIMATOR: [&str; 16] = [
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
    "--memory-limit",
    "--memory-log",
    "--memory-statistics",
    "--no-memory-pool",
    "--tuning",
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
    assert!(sandbox.done("man kernels run").contains(".TH prism-ai-kernels-run 1"));
    sandbox.refuses(
        "man kernels walk",
        "`prism-ai kernels` has no command `walk`; it has list, describe, validate, bench, run",
    );
    sandbox.refuses("man mi walk", "`prism-ai mi` has no command `walk`; it has none");
}

#[test]
fn every_command_has_a_manual_page() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.done("man --out share/man1"), "");
    let pages = sandbox.path().join("share/man1");
    let listed = |command: &str| {
        let page = sandbox.done(&format!("man {command}")).replace("\\-", "-");
        let names = page.lines().filter_map(|line| line.strip_suffix("(1)")).map(str::to_owned);
        names.collect::<Vec<_>>()
    };
    let mut expected =
        [listed(""), listed("kernels"), listed("memory"), listed("bench"), vec!["prism-ai".into()]].concat();
    expected.sort();
    let mut written: Vec<_> = fs::read_dir(&pages)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap().trim_end_matches(".1").to_owned())
        .collect();
    written.sort();
    assert_eq!(written, expected);
    assert_eq!(written.len(), 19);
    let page = fs::read_to_string(pages.join("prism-ai-kernels-bench.1")).unwrap();
    assert_eq!(page, sandbox.done("man kernels bench"));
    assert!(!page.contains("version"), "no option is shown that the command does not take:\n{page}");
    sandbox.write("file", "");
    let refused = sandbox.run("man --out file");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().starts_with("error: file: cannot be written: "));
}
