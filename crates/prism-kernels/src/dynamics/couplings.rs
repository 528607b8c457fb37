//! The couplings of a network, dense or in compressed rows, as the references read them.

use prism_device::Float;

pub(super) struct Couplings<'a, T> {
    pub dense: &'a [T],
    pub row_start: &'a [i32],
    pub column: &'a [i32],
    pub value: &'a [T],
    pub n: usize,
}

impl<T: Float> Couplings<'_, T> {
    /// The elements of a row with their columns, or none when the row points outside.
    pub fn row(&self, i: usize) -> Option<Vec<(usize, f64)>> {
        if self.row_start.is_empty() {
            return Some(self.dense[i * self.n..][..self.n].iter().map(|&a| a.into()).enumerate().collect());
        }
        let span = usize::try_from(self.row_start[i]).ok()?..usize::try_from(self.row_start[i + 1]).ok()?;
        let (columns, values) = (self.column.get(span.clone())?, self.value.get(span)?);
        let inside = |&c: &i32| usize::try_from(c).ok().filter(|&c| c < self.n);
        columns.iter().zip(values).map(|(c, &a)| Some((inside(c)?, a.into()))).collect()
    }
}

/// Couplings of no sign; compressed rows of as many elements each, in networks of 33 one that points outside.
pub(super) fn prepare_couplings(case: &mut prism_device::conformance::Case, n: usize) {
    use prism_device::conformance::Value;
    for name in ["a", "value"] {
        case.change(name, |a| a.iter_mut().for_each(|a| *a = a.abs()));
    }
    let each = case.quantity("nz") as usize / n.max(1);
    if let Value::I32(_, starts) = case.value("row_start") {
        starts.iter_mut().enumerate().for_each(|(i, start)| *start = (i * each) as i32);
    }
    if let Value::I32(_, column) = case.value("column") {
        column.iter_mut().enumerate().for_each(|(at, c)| *c = ((at * 7) % n.max(1)) as i32);
        if let Some(fifth) = column.get_mut(5).filter(|_| n == 33) {
            *fifth = 33;
        }
    }
}
