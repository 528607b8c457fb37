//! From a path to a series: which format it is, and what of it is wanted.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::source::Source;
use super::{Columns, Series, csv, npy, npz, parquet};
use crate::{Error, Result};

/// How much of a file is read at once, in bytes.
const BUFFER: usize = 1 << 20;

/// What a row and what a column of the file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// A column is a channel, a row is a moment: `[t, v]`, with trials `[trials, t, v]`.
    #[default]
    Columns,
    /// A row is a channel, a column is a moment: `[v, t]`, with trials `[trials, v, t]`.
    Rows,
}

/// What to read from a file. The default reads every column as a channel, in one trial.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Whether channels lie in columns or in rows (`--orientation`).
    pub orientation: Orientation,
    /// The name or index of the column that labels each row's trial (`--trials`); it is no channel. Rows with
    /// the same label must lie together.
    pub trials: Option<String>,
    /// The channels to read, in this order (`--select`); the columns left out may hold anything.
    pub select: Option<Columns>,
    /// The array to read from an NPZ file (`--key`).
    pub key: Option<String>,
}

/// Reads the file at `path`: CSV (`.csv .tsv .txt .dat`), `NumPy` (`.npy .npz`) or Parquet (`.parquet .pq`).
///
/// Another extension is judged by the first bytes of the file. Text may be separated by commas, semicolons,
/// tabs, `|` or blanks, with `#` comments and with or without a line of names; without names, channels are
/// `c0`, `c1`, … An array is `[t]`, `[t, v]` or `[trials, t, v]` of real numbers. In a Parquet file the columns
/// are numbers without nulls.
///
/// # Errors
/// `Data` with the file, the place and the mend when the file is missing, unreadable, empty, damaged or ragged,
/// claims more values than it holds, or has a cell that is not a finite number; `Setting` when `options` do not
/// fit the file.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Series> {
    let source = Source::file(path);
    let mut input = BufReader::with_capacity(BUFFER, source.open()?);
    let format = format(source, path, &mut input)?;
    if options.key.is_some() && format != Format::Npz {
        return Err(Error::setting("--key", "only an NPZ file holds several arrays; leave it out"));
    }
    match format {
        Format::Text => csv::read(source, input, options),
        Format::Npy => npy::read(source, input, options),
        Format::Npz => npz::read(source, input, options),
        Format::Parquet => parquet::read(source, input.into_inner(), options),
    }
}

/// The kinds of file there is a reader for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Npy,
    Npz,
    Parquet,
}

fn format(source: Source, path: &Path, input: &mut BufReader<File>) -> Result<Format> {
    let start = input.fill_buf().map_err(|error| source.unreadable(&error))?;
    if let Some(program) = compressed(start) {
        return Err(source.fault(format!("the file is compressed; unpack it with {program} first")));
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "txt" | "dat" => Ok(Format::Text),
        "npy" => Ok(Format::Npy),
        "npz" => Ok(Format::Npz),
        "parquet" | "pq" => Ok(Format::Parquet),
        _ => Ok(by_content(start)),
    }
}

/// The program that unpacks a file that begins so, when it is compressed as a whole.
fn compressed(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x1f, 0x8b, ..] => Some("gunzip"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Some("bunzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("unxz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("unzstd"),
        _ => None,
    }
}

fn by_content(start: &[u8]) -> Format {
    match start {
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Format::Npy,
        [b'P', b'K', 3, 4, ..] => Format::Npz,
        [b'P', b'A', b'R', b'1', ..] => Format::Parquet,
        _ => Format::Text,
    }
}
