//! Recordings that cannot be used, and places where results cannot go.

use crate::sandbox::{Sandbox, good, text};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::fs;
use std::sync::Arc;

/// The main job on a file of this name and content is refused with this message.
fn refused(name: &str, content: impl AsRef<[u8]>, message: &str) {
    let sandbox = Sandbox::new();
    sandbox.write(name, content);
    sandbox.refuses(&format!("te {name} --out result"), message);
}

#[test]
fn an_empty_file() {
    refused("empty.csv", "", "empty.csv: the file is empty; it must hold at least one channel");
}

#[test]
fn only_a_header() {
    refused("header.csv", "a,b\n", "header.csv: there are only names, in line 1, and no values");
}

#[test]
fn a_ragged_row() {
    let message = "ragged.csv, line 3: expected 2 cells as in the first line, found 1; make every line equally long";
    refused("ragged.csv", "a,b\n1,2\n3\n4,5\n", message);
}

#[test]
fn a_word_among_numbers() {
    let message = "word.csv, line 3, column `b`: `x` is not a number; leave text out with `--select`";
    refused("word.csv", "a,b\n1,2\n3,x\n", message);
}

#[test]
fn what_is_not_finite() {
    let mend = "is not a finite number; fill or cut such samples before";
    refused("gap.csv", "a,b\n1,2\n3,NaN\n", &format!("gap.csv, line 3, column `b`: `NaN` {mend}"));
    refused("far.csv", "a,b\n1,2\n-inf,4\n", &format!("far.csv, line 3, column `a`: `-inf` {mend}"));
}

#[test]
fn a_constant_column() {
    let rows = good(60);
    let flat: Vec<_> = rows.lines().map(|line| format!("{line},{}", if line == "a,b" { "c" } else { "5" })).collect();
    let message = "channel `c` is constant, 5 throughout, and carries no information; leave it out with --select";
    refused("flat.csv", flat.join("\n"), message);
}

#[test]
fn too_few_samples() {
    let message = "--k: 4 neighbours need more than 4 observations, and there are 4; lower it or give more samples";
    refused("short.csv", good(5), message);
}

#[test]
fn rows_taken_for_columns() {
    let row = |step: i32| (0..60).map(|t| ((t * t % 17 + 1) * step).to_string()).collect::<Vec<_>>().join(",");
    let mend = "there are more channels (60) than samples (2); if channels lie in rows, add --orientation rows";
    let message = format!("--k: 4 neighbours need more than 4 observations, and there are 1; {mend}");
    refused("sideways.csv", format!("{}\n{}\n", row(1), row(3)), &message);
}

#[test]
fn one_channel_is_nothing_to_do() {
    let message = "there is nothing to do: the only channel is `a`, and transfer entropy needs a source and a target";
    refused("one.csv", "a\n1\n2\n3\n4\n5\n6\n7\n", message);
}

#[test]
fn two_columns_of_one_name() {
    let message =
        "twice.csv, columns 0 and 1 (from 0): both columns are named `a`; rename one, or leave one out with `--select`";
    refused("twice.csv", "a,a\n1,2\n3,4\n", message);
}

#[test]
fn a_file_that_vanished() {
    Sandbox::new().refuses("te gone.csv", "gone.csv: there is no such file; check the name");
}

#[test]
fn a_parquet_file_of_words() {
    let schema = Arc::new(parse_message_type("message table { required binary site (UTF8); }").unwrap());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&[ByteArray::from("north")], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let message = "words.parquet, column `site`: the column holds text or bytes; leave it out with `--select`";
    refused("words.parquet", file.into_inner().unwrap(), message);
}

#[test]
fn an_array_that_claims_ten_gigabytes() {
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (625000000, 2), }";
    let header = format!("{header:<117}\n");
    let mut file = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    file.extend(header.as_bytes());
    file.extend([0; 64]);
    let message = "claim.npy: the header claims 10000000000 bytes of values ([625000000, 2] of 8 bytes each) and there are 64; \
                   the file is cut short or damaged";
    refused("claim.npy", file, message);
}

#[test]
fn rows_that_are_duplicates_beyond_k_are_counted() {
    let sandbox = Sandbox::new();
    let rows = good(60);
    let last = rows.lines().last().unwrap();
    sandbox.write("ties.csv", format!("{rows}{}", format!("{last}\n").repeat(8)));
    let warning = "device: cpu\nwarning: 9 of 68 rows are duplicates, each there more than k = 4 times: noise of 1e-8 breaks \
                   the ties, and what it decides is chance\n";
    for line in ["te ties.csv --surrogates 0 --device cpu", "mi ties.csv --x a --y b --device cpu"] {
        assert_eq!(text(&sandbox.run(line).stderr), warning, "{line}");
    }
}

#[test]
fn a_directory_that_exists() {
    let sandbox = Sandbox::with_good();
    fs::create_dir(sandbox.path().join("taken")).unwrap();
    sandbox.write("taken/notes.txt", "mine");
    let message = "taken: exists; choose another directory, or replace the results in it with --force";
    sandbox.refuses("te good.csv --out taken", message);
    assert_eq!(fs::read_to_string(sandbox.path().join("taken/notes.txt")).unwrap(), "mine");
}

#[test]
fn a_directory_that_is_a_file() {
    let sandbox = Sandbox::with_good();
    sandbox.write("file", "");
    sandbox.refuses("te good.csv --out file", "file: is a file; name a directory for the results");
    sandbox.refuses("te good.csv --out file --force", "file: is a file; name a directory for the results");
}

#[test]
fn a_directory_without_a_parent() {
    let message = "no/where: its parent directory `no` does not exist; create it first";
    Sandbox::with_good().refuses("te good.csv --out no/where", message);
}

/// Nobody can write to `/proc`, root included; root learns so only by trying.
#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_cannot_be_written() {
    let output = Sandbox::with_good().run("te good.csv --out /proc/result");
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with("error: /proc") && stderr.lines().count() == 1, "{stderr}");
}

/// The place for results is judged before the recording is read.
#[test]
fn the_place_for_results_comes_first() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    sandbox.refuses("te gone.csv --out file", "file: is a file; name a directory for the results");
}
