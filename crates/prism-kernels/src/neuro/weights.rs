//! Weights, dense or sparse.

use prism_device::{Buffer, Element, Result};

/// A sparse matrix in compressed rows: row i holds the elements from `row_start[i]` to `row_start[i + 1]`.
#[derive(Debug)]
pub struct Csr<T: Element> {
    /// Where each row begins `[rows + 1]`; the last is the number of elements.
    pub row_start: Buffer<i32>,
    /// The column of each element `[nnz]`.
    pub column: Buffer<i32>,
    /// The elements `[nnz]`.
    pub value: Buffer<T>,
}

/// A matrix of weights.
#[derive(Debug, Clone, Copy)]
pub enum Weights<'a, T: Element> {
    /// Every element.
    Dense(&'a Buffer<T>),
    /// Those that are not zero.
    Sparse(&'a Csr<T>),
}

/// What kernels take for either: the form that is not there is empty.
pub(super) struct Empty<T: Element>(Buffer<T>, Buffer<i32>, Buffer<T>);

impl<'a, T: Element> Weights<'a, T> {
    pub(super) fn empty(self) -> Result<Empty<T>> {
        let device = match self {
            Self::Dense(w) => w.device(),
            Self::Sparse(w) => w.value.device(),
        };
        Ok(Empty(device.zeros(&[0, 0])?, device.zeros(&[0])?, device.zeros(&[0])?))
    }

    /// The dense form, then row starts, columns and values.
    pub(super) fn parts(self, empty: &'a Empty<T>) -> (&'a Buffer<T>, &'a Buffer<i32>, &'a Buffer<i32>, &'a Buffer<T>) {
        match self {
            Self::Dense(w) => (w, &empty.1, &empty.1, &empty.2),
            Self::Sparse(w) => (&empty.0, &w.row_start, &w.column, &w.value),
        }
    }
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
