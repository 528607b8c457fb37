//! Text tables that lie on their side: a channel a line, its name first or not at all.

use std::io::BufRead;

use super::cell;
use super::text::{Cells, Lines};
use crate::series::pick::{Pick, numbered};
use crate::series::source::Source;
use crate::series::words::quoted;
use crate::series::{ReadOptions, Series};
use crate::{Error, Result};

/// A line: its samples, or the fault that counts only once the line is wanted.
struct Row {
    name: Option<String>,
    values: Result<Vec<f64>>,
    line: usize,
}

/// Reads the table whose first line is the current one. The lines have names when the first does not begin
/// with a number.
pub(super) fn read(source: Source, mut lines: Lines<impl BufRead>, options: &ReadOptions) -> Result<Series> {
    if options.trials.is_some() {
        return Err(Error::setting("--trials", "rows are channels here; trials are labelled in a column"));
    }
    let named = lines.cells().next().is_some_and(|first| cell::number(first).is_none());
    let (width, first) = (lines.cells().count(), lines.number());
    if named && width == 1 {
        return Err(source.fault_at(format!("line {first}"), "there is a name and no value"));
    }
    let mut rows = Vec::new();
    loop {
        rows.push(row(source, lines.number(), lines.cells(), named, width)?);
        if !lines.advance()? {
            return series(source, rows, options);
        }
    }
}

fn row(source: Source, line: usize, mut cells: Cells, named: bool, width: usize) -> Result<Row> {
    let count = cells.clone().count();
    if count != width {
        return Err(super::ragged(source, line, width, count));
    }
    let name = if named { cells.next().map(cell::text) } else { None };
    Ok(Row { name, values: values(source, line, cells), line })
}

fn values(source: Source, line: usize, cells: Cells) -> Result<Vec<f64>> {
    let value = |(sample, cell)| {
        let fault = || source.fault_at(format!("line {line}, sample {sample} (from 0)"), cell::fault(cell));
        cell::finite(cell).ok_or_else(fault)
    };
    cells.enumerate().map(value).collect()
}

fn series(source: Source, rows: Vec<Row>, options: &ReadOptions) -> Result<Series> {
    let numbers = numbered(rows.len());
    let names: Vec<_> = rows.iter().zip(numbers).map(|(row, number)| row.name.clone().unwrap_or(number)).collect();
    let channels = Pick::new(&names, options)?.channels;
    check(source, &rows, &names, &channels)?;
    let mut rows: Vec<_> = rows.into_iter().map(|row| Some(row.values)).collect();
    let values = channels.iter().filter_map(|&row| rows[row].take()).collect::<Result<_>>()?;
    source.series(channels.iter().map(|&row| names[row].clone()).collect(), values, None)
}

/// Each channel has its own name, or the fault says which lines have not.
fn check(source: Source, rows: &[Row], names: &[String], channels: &[usize]) -> Result<()> {
    let picked: Vec<_> = channels.iter().map(|&row| names[row].clone()).collect();
    if let Some(v) = picked.iter().position(String::is_empty) {
        let what = "the row has no name; name it, or leave it out with `--select`";
        return Err(source.fault_at(format!("line {}", rows[channels[v]].line), what));
    }
    super::super::twice(&picked).map_or(Ok(()), |(first, second)| {
        let (name, first, second) = (quoted(&picked[first]), rows[channels[first]].line, rows[channels[second]].line);
        let what = format!("both rows are named {name}; rename one, or leave one out with `--select`");
        Err(source.fault_at(format!("lines {first} and {second}"), what))
    })
}
