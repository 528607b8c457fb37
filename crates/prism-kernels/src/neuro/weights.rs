//! Weights, dense or in compressed rows.

use crate::argument::exactly;
use crate::batch::together;
use prism_device::{Buffer, Device, Element, Result, Seen};

/// What kernels take for a matrix of weights in either form: the form that is not there is empty.
pub(super) struct Weights<'a, T: Element> {
    pub dense: Seen<'a, T>,
    pub row_start: Seen<'a, i32>,
    pub column: Seen<'a, i32>,
    pub value: Seen<'a, T>,
}

/// The parts of a form that is not there.
pub(super) struct Empty<T: Element>(Buffer<T>, Buffer<i32>);

impl<T: Element> Empty<T> {
    pub fn on(device: &Device) -> Result<Self> {
        Ok(Self(device.zeros(&[0])?, device.zeros(&[0])?))
    }
}

/// The `rows` by `columns` weights of an operation: `w` dense, with any axes before the columns, or, with `row_start` and
/// `column`, the elements of compressed rows.
pub(super) fn weights<'a, T: Element>(
    kernel: &'static str,
    w: &'a Buffer<T>,
    row_start: Option<&'a Buffer<i32>>,
    column: Option<&'a Buffer<i32>>,
    [rows, columns]: [&[usize]; 2],
    empty: &'a Empty<T>,
) -> Result<Weights<'a, T>> {
    let r: usize = rows.iter().product();
    let Some((row_start, column)) = together(kernel, ("row_start", row_start), ("column", column))? else {
        exactly(kernel, "w", w.shape(), &[rows, columns].concat())?;
        let none = || empty.1.seen_as(&[0]);
        let (dense, value) = (w.seen_as(&[r, columns.iter().product()])?, empty.0.seen_as(&[0])?);
        return Ok(Weights { dense, row_start: none()?, column: none()?, value });
    };
    compressed(kernel, w, row_start, column, r)?;
    let (row_start, column) = (row_start.seen_as(row_start.shape())?, column.seen_as(column.shape())?);
    Ok(Weights { dense: empty.0.seen_as(&[0, 0])?, row_start, column, value: w.seen_as(w.shape())? })
}

/// Judges the shapes of compressed rows.
pub(super) fn compressed<T: Element>(
    kernel: &'static str,
    w: &Buffer<T>,
    row_start: &Buffer<i32>,
    column: &Buffer<i32>,
    rows: usize,
) -> Result<()> {
    exactly(kernel, "row_start", row_start.shape(), &[rows + 1])?;
    exactly(kernel, "column", column.shape(), &[w.shape().iter().product()])?;
    exactly(kernel, "w", w.shape(), column.shape())
}

/// A matrix as the references read it.
pub(super) struct Matrix<'a, T> {
    pub dense: &'a [T],
    pub row_start: &'a [i32],
    pub column: &'a [i32],
    pub value: &'a [T],
    pub columns: usize,
}

impl<T: Copy + Into<f64>> Matrix<'_, T> {
    /// The elements of a row with their columns, or none when the row points outside.
    pub fn row(&self, row: usize) -> Option<Vec<(usize, f64)>> {
        if self.row_start.is_empty() {
            let cells = &self.dense[row * self.columns..][..self.columns];
            return Some(cells.iter().map(|&w| w.into()).enumerate().collect());
        }
        let span = usize::try_from(self.row_start[row]).ok()?..usize::try_from(self.row_start[row + 1]).ok()?;
        let (columns, values) = (self.column.get(span.clone())?, self.value.get(span)?);
        let inside = |&c: &i32| usize::try_from(c).ok().filter(|&c| c < self.columns);
        columns.iter().zip(values).map(|(c, &w)| Some((inside(c)?, w.into()))).collect()
    }
}

/// Rows of compressed inputs that hold every third column from the row's number on, and of calls with an odd seed one
/// row with a column outside.
pub(super) fn prepare_rows(case: &mut prism_device::conformance::Case, rows: usize, columns: usize) {
    use prism_device::conformance::Value;
    let elements = case.value("column").shape()[0];
    let each = (elements / rows.max(1)).min(columns.div_ceil(3));
    if let Value::I32(_, starts) = case.value("row_start") {
        starts.iter_mut().enumerate().for_each(|(i, start)| *start = (i * each) as i32);
    }
    if let Value::I32(_, column) = case.value("column") {
        column
            .iter_mut()
            .enumerate()
            .for_each(|(i, c)| *c = ((i % each.max(1) * 3 + i / each.max(1)) % columns.max(1)) as i32);
        if columns == 33 && elements > 5 {
            column[5] = 33;
        }
    }
}
