//! `NumPy` archives: the one array, the one named, or one array a channel.

use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::npy::{self, Header};
use super::pick::Pick;
use super::source::Source;
use super::words::{listed, quoted};
use super::{ReadOptions, Series};
use crate::{Error, Result};

type Archive = ZipArchive<BufReader<File>>;

/// Reads the array named by `options.key`, else the only one, else every array as a channel.
pub(super) fn read(source: Source, input: BufReader<File>, options: &ReadOptions) -> Result<Series> {
    let mut archive = ZipArchive::new(input).map_err(|error| damaged(source, &error))?;
    let names = names(&mut archive, source)?;
    match &options.key {
        Some(key) => one(&mut archive, find(key, &names)?, source, &names, options),
        None if names.len() == 1 => one(&mut archive, 0, source, &names, options),
        None if names.is_empty() => Err(source.fault("the archive holds no array; write it with `numpy.savez`")),
        None => channels(&mut archive, source, &names, options),
    }
}

/// The names of the arrays, as `numpy.load` gives them.
fn names(archive: &mut Archive, source: Source) -> Result<Vec<String>> {
    let count = archive.len();
    let name = |index| {
        let entry = archive.by_index_raw(index).map_err(|error| damaged(source, &error))?;
        Ok(entry.name().strip_suffix(".npy").unwrap_or(entry.name()).to_owned())
    };
    (0..count).map(name).collect()
}

fn find(key: &str, names: &[String]) -> Result<usize> {
    let unknown = || Error::setting("--key", format!("there is no array {}; there are {}", quoted(key), listed(names)));
    names.iter().position(|name| name == key).ok_or_else(unknown)
}

fn one(archive: &mut Archive, index: usize, source: Source, names: &[String], options: &ReadOptions) -> Result<Series> {
    let source = source.array(&names[index]);
    let (header, bytes) = entry(archive, index, source)?;
    npy::series(source, &header, &mut bytes.as_slice(), Some(&names[index]), options)
}

/// Every array a channel, which must have one axis and the same length as the others.
fn channels(archive: &mut Archive, source: Source, names: &[String], options: &ReadOptions) -> Result<Series> {
    let pick = Pick::new(names, options)?;
    let picked = pick.names(names, source)?;
    let mut channel = |&index: &usize| channel(archive, index, source, &names[index]);
    let values = pick.channels.iter().map(&mut channel).collect::<Result<_>>()?;
    let labels = pick.trials.as_ref().map(channel).transpose()?;
    let lengths = labels.map(|labels| npy::labelled(source, &labels)).transpose()?;
    source.series(picked, values, lengths.as_deref())
}

fn channel(archive: &mut Archive, index: usize, source: Source, name: &str) -> Result<Vec<f64>> {
    let source = source.array(name);
    let (header, bytes) = entry(archive, index, source)?;
    if header.shape.len() != 1 {
        let what = format!(
            "the array has the shape {:?} among others; read it alone with `--key`, or leave it out with `--select`",
            header.shape
        );
        return Err(source.fault(what));
    }
    let series = npy::series(source, &header, &mut bytes.as_slice(), Some(name), &ReadOptions::default())?;
    Ok(series.channel(0).to_vec())
}

/// The header of an array and the bytes of its values. The sizes in the archive are not trusted: memory grows
/// with what is read, and reading stops where the header's claim ends.
fn entry(archive: &mut Archive, index: usize, source: Source) -> Result<(Header, Vec<u8>)> {
    let mut file = archive.by_index(index).map_err(|error| damaged(source, &error))?;
    let header = Header::read(&mut file).map_err(|what| source.fault(what))?;
    let mut bytes = Vec::new();
    let claimed = header.claimed().unwrap_or(u64::MAX);
    let read = file.by_ref().take(claimed).read_to_end(&mut bytes).map_err(|error| source.unreadable(&error))?;
    let beyond = io::copy(&mut file, &mut io::sink()).map_err(|error| source.unreadable(&error))?;
    header.check_bytes(read as u64 + beyond).map_err(|what| source.fault(what))?;
    Ok((header, bytes))
}

fn damaged(source: Source, error: &ZipError) -> Error {
    source.fault(format!("the archive cannot be read ({error}); write it with `numpy.savez`"))
}
