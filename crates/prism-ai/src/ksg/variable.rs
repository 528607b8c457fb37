//! Buffers as the variables of estimators.

use crate::{Series, exact};
use prism_device::{Buffer, ErrorKind, Real, Result};
use prism_kernels::argument::listed;

/// A variable of every problem of a batch, its columns one after the other.
pub(super) struct Variable {
    /// The axes of the batch.
    pub axes: Vec<usize>,
    /// Observations of a problem.
    pub n: usize,
    /// Columns of an observation.
    pub d: usize,
    columns: Vec<Vec<f64>>,
}

impl Variable {
    /// A buffer `[n]`, `[n, d]` or `[.., n, d]` of finite numbers.
    pub fn of<T: Real>(operation: &'static str, argument: &'static str, buffer: &Buffer<T>) -> Result<Self> {
        let (axes, n, d) = match *buffer.shape() {
            [] => {
                let (expected, got) = ("n] or [.., n, d".into(), vec![]);
                return Err(ErrorKind::Shape { kernel: operation, argument, expected, got }.into());
            }
            [n] => (vec![], n, 1),
            [ref axes @ .., n, d] => (axes.to_vec(), n, d),
        };
        let values = finite(operation, argument, buffer)?;
        let column = |i: usize| (0..n).map(|t| values[(i / d * n + t) * d + i % d]).collect();
        let columns: Vec<Vec<f64>> = (0..axes.iter().product::<usize>() * d).map(column).collect();
        spread(operation, argument, &columns)?;
        Ok(Self { axes, n, d, columns })
    }

    /// How many problems there are.
    pub fn problems(&self) -> usize {
        self.axes.iter().product()
    }

    /// The columns of one problem.
    pub fn columns(&self, problem: usize) -> &[Vec<f64>] {
        &self.columns[problem * self.d..][..self.d]
    }

    /// An error that names `argument`, unless it has as many problems and observations as this variable.
    pub fn same(&self, operation: &'static str, argument: &'static str, other: &Self) -> Result<()> {
        if (&self.axes, self.n) == (&other.axes, other.n) {
            return Ok(());
        }
        let expected = format!("{}, d", listed(&[&self.axes[..], &[self.n]].concat()));
        let got = [&other.axes[..], &[other.n, other.d]].concat();
        Err(ErrorKind::Shape { kernel: operation, argument, expected, got }.into())
    }
}

/// A buffer `[t]` or `[r, t]` of finite numbers as r trials one after the other.
pub(super) fn trials<T: Real>(
    operation: &'static str,
    argument: &'static str,
    buffer: &Buffer<T>,
) -> Result<([usize; 2], Vec<f64>)> {
    let extents = match *buffer.shape() {
        [t] => [1, t],
        [r, t] => [r, t],
        ref other => {
            let (expected, got) = ("t] or [r, t".into(), other.to_vec());
            return Err(ErrorKind::Shape { kernel: operation, argument, expected, got }.into());
        }
    };
    let values = vec![finite(operation, argument, buffer)?];
    spread(operation, argument, &values)?;
    Ok((extents, values.concat()))
}

/// Channels without names of their own, in trials of those lengths.
pub(super) fn series(columns: Vec<Vec<f64>>, lengths: &[usize]) -> Result<Series> {
    let names = (0..columns.len()).map(|v| v.to_string()).collect();
    Ok(Series::with_trials(names, columns, lengths)?)
}

fn finite<T: Real>(operation: &'static str, argument: &'static str, buffer: &Buffer<T>) -> Result<Vec<f64>> {
    let values: Vec<f64> = buffer.download()?.into_iter().map(Into::into).collect();
    match values.iter().position(|x| !x.is_finite()) {
        None => Ok(values),
        Some(at) => Err(ErrorKind::Value { operation, argument, expected: "finite", index: at as u64 }.into()),
    }
}

/// Differences of values must be numbers.
fn spread(operation: &'static str, argument: &'static str, columns: &[Vec<f64>]) -> Result<()> {
    let is_number = |column: &Vec<f64>| {
        let (low, high) = exact::range(column);
        column.is_empty() || (high - low).is_finite()
    };
    if columns.iter().all(is_number) {
        return Ok(());
    }
    let fault = "spreads so far that no number holds a difference";
    Err(ErrorKind::Data { kernel: operation, argument, fault }.into())
}
