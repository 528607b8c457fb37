//! Settings that are out of range or do not fit the recording.

use crate::sandbox::{Sandbox, good};
use std::fmt::Write;

fn refused(options: &str, message: &str) {
    Sandbox::with_good().refuses(&format!("te good.csv {options}"), message);
}

#[test]
fn unknown_columns() {
    let there = "the columns are `a`, `b`, or 0 to 1";
    refused("--sources q", &format!("--sources: there is no column `q`; {there}"));
    refused("--targets 2", &format!("--targets: there is no column `2`; {there}"));
    refused("--conditional q", &format!("--conditional: there is no column `q`; {there}"));
    refused("--select q", &format!("--select: there is no column `q`; {there}"));
}

#[test]
fn neighbours_out_of_range() {
    refused("--k 0", "--k: 0 neighbours define no distance; use 1 or more, 4 is usual");
    let needed = "need more than 59 observations, and there are 59; lower it or give more samples";
    refused("--k 59", &format!("--k: 59 neighbours {needed}"));
    let message = "invalid value '-1' for '--k <N>': expected a whole number, 0 or more";
    Sandbox::with_good().misread("te good.csv --k -1", message);
}

#[test]
fn a_window_that_leaves_no_neighbours() {
    let message = "--theiler: a window of 40 with 4 neighbours needs more than 84 observations, and there are 59; lower it or \
                   give more samples";
    refused("--theiler 40", message);
}

#[test]
fn alpha_out_of_range() {
    for alpha in ["0", "1", "1.5", "-0.1", "NaN"] {
        refused(&format!("--alpha {alpha}"), &format!("--alpha: {alpha} is not between 0 and 1; 0.05 is usual"));
    }
}

#[test]
fn delays_out_of_range() {
    refused("--delays 0", "--delays: 0 is not a delay; the source must lie 1 sample or more before the target");
    refused("--delays 0..3", "--delays: 0 is not a delay; the source must lie 1 sample or more before the target");
    let sandbox = Sandbox::with_good();
    let message =
        "invalid value '-2' for '--delays <LIST>': `-2` is no delay; write samples, 1 or more, as in 1..5 or 1,2,7";
    sandbox.misread("te good.csv --delays -2", message);
    sandbox.misread("te good.csv --delays=-2", message);
    refused("--delays 60", "--delays: 60 reaches back 60 samples, and there are 60; shorten it or give more samples");
}

#[test]
fn histories_longer_than_the_recording() {
    let end = "and there are 60; shorten it or give more samples";
    refused("--target-history 60", &format!("--target-history: 60 values 1 apart reach back 60 samples, {end}"));
    let source = "--source-history: 7 values 10 apart reach back 61 samples with the delay of 1";
    refused("--source-history 7 --source-tau 10", &format!("{source}, {end}"));
    refused("--target-history 0", "--target-history: 0 is too few; use 1 or more");
}

#[test]
fn a_conditional_that_is_asked_about() {
    let message = "--conditional: `b` is in --targets too; a channel cannot be known and asked about at once";
    refused("--targets b --conditional b", message);
}

#[test]
fn flags_that_do_nothing() {
    refused("--bins 8", "--bins: the ksg1 estimator has no bins; use --estimator binned or leave it out");
    refused("--local", "--local: local values are not printed in a table; add --out DIR or --json");
    let message = "--miller-madow: ksg1 counts no states to correct for; use --estimator binned or discrete";
    refused("--miller-madow", message);
}

#[test]
fn force_without_a_place_to_force() {
    let output = Sandbox::with_good().run("te good.csv --force");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("the following required arguments were not provided:\n  --out <DIR>"), "{stderr}");
}

#[test]
fn dependent_channels_are_named() {
    let sandbox = Sandbox::new();
    let mut copied = String::new();
    for line in good(60).lines() {
        let first = line.split(',').next().unwrap().replace('a', "c");
        writeln!(copied, "{line},{first}").unwrap();
    }
    sandbox.write("copied.csv", copied);
    let output = sandbox.run("te copied.csv --estimator gaussian");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let message = "error: `c` to `a` at delay 1, x being the source's past, y the target, z its past and the conditionals: \
                   column 1 of x is constant or a linear combination of the others: the columns are linearly dependent, so no \
                   Gaussian estimate exists; leave it out, or shorten the histories\n";
    assert!(stderr.ends_with(message), "{stderr}");
}

#[test]
fn measurements_are_no_states() {
    let message = "sample 1 (from 0) of channel `a` is 0.645217687237691, and --estimator discrete takes integers; use binned \
                   for measurements";
    refused("--estimator discrete", message);
}

#[test]
fn variables_are_judged_alike() {
    let sandbox = Sandbox::with_good();
    let entropy = "--estimator: ksg1 gives information, not entropy; use binned or discrete";
    sandbox.refuses("entropy good.csv --x a --estimator ksg1", entropy);
    sandbox.refuses("mi good.csv --x a --y q", "--y: there is no column `q`; the columns are `a`, `b`, or 0 to 1");
    let shared = "--y: `a` is in --x too, where distances would only repeat it; leave it out of one of them";
    sandbox.refuses("mi good.csv --x a --y a", shared);
    sandbox.refuses("mi good.csv --x a --y b --k 0", "--k: 0 neighbours define no distance; use 1 or more, 4 is usual");
    let few = "--k: 60 neighbours need more than 60 observations, and there are 60; lower it or give more samples";
    sandbox.refuses(
        "cmi good.csv --x a --y b --z 1",
        "--z: `b` is in --y too, where distances would only repeat it; leave it out of one of them",
    );
    sandbox.refuses("mi good.csv --x 0 --y 1 --k 60", few);
}
