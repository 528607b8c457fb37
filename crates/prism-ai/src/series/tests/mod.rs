//! Files in, series or messages out.

use std::fs;

use super::*;

mod arrays;
mod csv;
mod damage;
mod files;
mod npz;
mod parquet;
mod values;

/// What reading a file of this name and content gives; messages begin with the bare name.
fn outcome(name: &str, content: &[u8], options: &ReadOptions) -> Result<Series, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let prefix = format!("{}/", folder.path().display());
    read(&path, options).map_err(|error| error.to_string().replacen(&prefix, "", 1))
}

/// The series in a good file.
fn good(name: &str, content: &[u8], options: &ReadOptions) -> Series {
    outcome(name, content, options).unwrap()
}

/// The message about a bad file.
fn said(name: &str, content: &[u8], options: &ReadOptions) -> String {
    outcome(name, content, options).unwrap_err()
}

fn plain() -> ReadOptions {
    ReadOptions::default()
}

fn rows() -> ReadOptions {
    ReadOptions { orientation: Orientation::Rows, ..plain() }
}

fn select(list: &str) -> ReadOptions {
    ReadOptions { select: Some(list.parse().unwrap()), ..plain() }
}

fn trials(column: &str) -> ReadOptions {
    ReadOptions { trials: Some(column.into()), ..plain() }
}

fn key(name: &str) -> ReadOptions {
    ReadOptions { key: Some(name.into()), ..plain() }
}

fn series(names: &[&str], values: &[&[f64]]) -> Series {
    in_trials(names, values, &[values[0].len()])
}

fn in_trials(names: &[&str], values: &[&[f64]], lengths: &[usize]) -> Series {
    let names = names.iter().map(ToString::to_string).collect();
    Series::with_trials(names, values.iter().map(|channel| channel.to_vec()).collect(), lengths).unwrap()
}
