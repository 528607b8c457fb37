//! `NumPy` arrays: one array of samples, channels and perhaps trials.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::pick::{Pick, numbered};
use super::source::Source;
use super::trials::Trials;
use super::{ReadOptions, Series};
use crate::{Error, Result};

mod axes;
mod element;
mod header;
mod literal;

use axes::Axes;
pub use header::Header;

/// The header of an NPY file of values of any type, which is as long as it claims: before memory is taken for them.
///
/// # Errors
/// `File` with what the header claims and what is there.
pub fn npy_header(path: &Path) -> Result<Header> {
    let source = Source::file(path);
    whole(source, &mut BufReader::new(source.open()?))
}

/// Reads the one array of a file.
pub(super) fn read(source: Source, mut input: BufReader<File>, options: &ReadOptions) -> Result<Series> {
    let header = whole(source, &mut input)?;
    series(source, &header, &mut input, None, options)
}

/// The header of a file that is as long as it claims.
fn whole(source: Source, input: &mut BufReader<File>) -> Result<Header> {
    let header = Header::read(input).map_err(|what| source.fault(what))?;
    let length = input.get_ref().metadata().map_err(|error| source.unreadable(&error))?.len();
    header.check_bytes(length.saturating_sub(header.bytes)).map_err(|what| source.fault(what))?;
    Ok(header)
}

/// The series of an array whose values `input` yields next; `name` is what a single channel is called.
pub(super) fn series(
    source: Source,
    header: &Header,
    input: &mut impl Read,
    name: Option<&str>,
    options: &ReadOptions,
) -> Result<Series> {
    let element = header.element().map_err(|what| source.fault(what))?;
    let axes = Axes::new(header, options.orientation).map_err(|what| source.fault(what))?;
    if options.trials.is_some() && axes.has_trials {
        return Err(Error::setting("--trials", "the array has an axis of trials already; leave it out"));
    }
    let names = match name {
        Some(name) if header.shape.len() == 1 => vec![name.to_owned()],
        _ => numbered(axes.channels),
    };
    let pick = Pick::new(&names, options)?;
    let picked = pick.names(&names, source)?;
    let wanted: Vec<_> = pick.channels.iter().copied().chain(pick.trials).collect();
    let mut values = axes.read(source, element, input, &names, &wanted)?;
    let lengths = match pick.trials.and_then(|_| values.pop()) {
        Some(labels) => labelled(source, &labels)?,
        None => vec![axes.samples; axes.trials],
    };
    source.series(picked, values, Some(&lengths))
}

/// The lengths of the trials that `labels [t]` say.
pub(super) fn labelled(source: Source, labels: &[f64]) -> Result<Vec<usize>> {
    let mut trials = Trials::default();
    for (row, label) in labels.iter().enumerate() {
        let pushed = trials.push(label.to_string().as_bytes(), row);
        pushed.map_err(|returned| returned.fault(source, "sample", " (from 0)"))?;
    }
    Ok(trials.lengths().to_vec())
}
