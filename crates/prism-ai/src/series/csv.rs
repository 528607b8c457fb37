//! Text tables: a channel a column, a line a moment.

use std::io::BufRead;

use super::pick::{Pick, numbered};
use super::source::Source;
use super::trials::Trials;
use super::words::{counted, quoted};
use super::{Orientation, ReadOptions, Series};
use crate::{Error, Result};

mod cell;
mod rows;
mod text;

use text::{Cells, Lines};

/// Reads a table in one pass; `options.orientation` says which way round it lies.
pub(super) fn read(source: Source, input: impl BufRead, options: &ReadOptions) -> Result<Series> {
    let mut lines = Lines::new(source, input)?;
    if !lines.advance()? {
        return Err(source.fault("the file has only comments and blank lines; it must hold at least one channel"));
    }
    match options.orientation {
        Orientation::Columns => columns(source, lines, options),
        Orientation::Rows => rows::read(source, lines, options),
    }
}

/// Reads the table whose first line is the current one.
fn columns(source: Source, mut lines: Lines<impl BufRead>, options: &ReadOptions) -> Result<Series> {
    let named = are_names(lines.cells());
    let names = if named { lines.cells().map(cell::text).collect() } else { numbered(lines.cells().count()) };
    let mut table = Table::new(source, names, options)?;
    let first = lines.number();
    if named && !lines.advance()? {
        return Err(source.fault(format!("there are only names, in line {first}, and no values")));
    }
    loop {
        table.push(lines.number(), &lines.cells())?;
        if !lines.advance()? {
            return table.finish();
        }
    }
}

/// Whether the first line is one of names: it holds text that is not a word for a gap among numbers.
fn are_names(cells: Cells) -> bool {
    let numbers = cells.clone().any(|cell| cell::number(cell).is_some());
    cells.filter(|cell| cell::number(cell).is_none()).any(|cell| !(numbers && cell::is_gap(cell)))
}

/// The fault of a line that has `found` cells where the first line has `expected`.
#[cold]
fn ragged(source: Source, line: usize, expected: usize, found: usize) -> Error {
    // A comma in every number cuts it in two.
    let commas = if found == 2 * expected { "if these are decimal commas, write points, else " } else { "" };
    let expected = counted(expected, "cell");
    let what = format!("expected {expected} as in the first line, found {found}; {commas}make every line equally long");
    source.fault_at(format!("line {line}"), what)
}

/// What a column is read into.
#[derive(Clone, Copy)]
enum Slot {
    Nothing,
    Trial,
    Channel(usize),
}

/// A table on its way into memory.
struct Table<'a> {
    source: Source<'a>,
    columns: Vec<String>,
    names: Vec<String>,
    slots: Vec<Slot>,
    values: Vec<Vec<f64>>,
    trials: Option<Trials>,
}

impl<'a> Table<'a> {
    fn new(source: Source<'a>, columns: Vec<String>, options: &ReadOptions) -> Result<Self> {
        let pick = Pick::new(&columns, options)?;
        let names = pick.names(&columns, source)?;
        let mut slots = vec![Slot::Nothing; columns.len()];
        for (channel, &column) in pick.channels.iter().enumerate() {
            slots[column] = Slot::Channel(channel);
        }
        if let Some(column) = pick.trials {
            slots[column] = Slot::Trial;
        }
        let (values, trials) = (vec![Vec::new(); names.len()], pick.trials.map(|_| Trials::default()));
        Ok(Self { source, columns, names, slots, values, trials })
    }

    /// Adds the cells of line number `line`.
    fn push(&mut self, line: usize, cells: &Cells) -> Result<()> {
        let mut count = 0;
        for cell in cells.clone() {
            match self.slots.get(count) {
                Some(&Slot::Channel(channel)) => match cell::finite(cell) {
                    Some(value) => self.values[channel].push(value),
                    None => return Err(self.refuse(line, cells, count)),
                },
                Some(Slot::Trial) => self.label(line, cell)?,
                Some(Slot::Nothing) | None => {}
            }
            count += 1;
        }
        if count == self.slots.len() { Ok(()) } else { Err(ragged(self.source, line, self.slots.len(), count)) }
    }

    fn label(&mut self, line: usize, cell: &[u8]) -> Result<()> {
        let label = cell::bare(cell);
        if label.is_empty() {
            let what = "the trial label is empty; give every row one";
            return Err(self.source.fault_at(format!("line {line}"), what));
        }
        let Some(trials) = &mut self.trials else { return Ok(()) };
        trials.push(label, line).map_err(|returned| returned.fault(self.source, "line", ""))
    }

    /// The fault of a line whose cell in `column` is no finite number: being ragged comes first, for it is
    /// what puts cells into wrong columns.
    #[cold]
    fn refuse(&self, line: usize, cells: &Cells, column: usize) -> Error {
        let count = cells.clone().count();
        if count != self.slots.len() {
            return ragged(self.source, line, self.slots.len(), count);
        }
        let cell = cells.clone().nth(column).unwrap_or_default();
        let at = format!("line {line}, column {}", quoted(&self.columns[column]));
        self.source.fault_at(at, cell::fault(cell))
    }

    fn finish(self) -> Result<Series> {
        self.source.series(self.names, self.values, self.trials.as_ref().map(Trials::lengths))
    }
}
