//! What the references of this family share: entropy in plain sums, and inputs that meet every edge.

pub(super) use crate::rows::sum;
use prism_device::conformance::Case;

/// −Σ p·ln p of cells c, in nats: p = c/Σc or, not normalised, p = c. NaN when a cell is negative or all are 0.
pub(super) fn nats(cells: &[f64], normalize: bool) -> f64 {
    let total = sum(cells.iter().copied());
    if total == 0.0 || cells.iter().any(|&c| c < 0.0) {
        return f64::NAN;
    }
    let term = |c: f64| if c == 0.0 { 0.0 } else { -c * c.ln() };
    if normalize { -share_terms(cells) / total + 0.0 } else { sum(cells.iter().map(|&c| term(c))) }
}

/// Σ c·ln(c/Σc). A cell with more than half of the sum takes the logarithm of what is missing, where c/Σc rounds to 1.
pub(super) fn share_terms(cells: &[f64]) -> f64 {
    let total = sum(cells.iter().copied());
    let rest = sum(cells.iter().copied().filter(|&c| c / total <= 0.5));
    let term = |&c: &f64| match c / total {
        _ if c == 0.0 => 0.0,
        share if share > 0.5 => c * (-rest / total).ln_1p(),
        share => c * share.ln(),
    };
    sum(cells.iter().map(term))
}

/// The sums of a table `[a, b]` over b and over a.
pub(super) fn margins(table: &[f64], a: usize, b: usize) -> (Vec<f64>, Vec<f64>) {
    let x = (0..a).map(|i| sum((0..b).map(|j| table[i * b + j]))).collect();
    let y = (0..b).map(|j| sum((0..a).map(|i| table[i * b + j]))).collect();
    (x, y)
}

/// The elements as doubles.
pub(super) fn wide<T: Copy + Into<f64>>(cells: &[T]) -> Vec<f64> {
    cells.iter().map(|&c| c.into()).collect()
}

/// Makes rows of `length` cells of an argument non-negative, a third of them 0, every other row integers; of eight
/// rows one has a single cell, one is all 0, one is dominated by one cell, and one has a negative cell.
pub(super) fn prepare_rows(case: &mut Case, name: &str, length: u64) {
    case.change(name, |cells| {
        for (row, cells) in cells.chunks_mut(length.max(1) as usize).enumerate() {
            for (i, c) in cells.iter_mut().enumerate() {
                let size = if row % 2 == 0 { c.abs() % 97.0 } else { (c.abs() * 8.0).floor() % 97.0 };
                *c = match row % 8 {
                    5 if i != length as usize / 2 => 0.0,
                    6 => 0.0,
                    _ if i % 3 == 1 => 0.0,
                    _ => size,
                };
            }
            match row % 8 {
                3 => cells[0] = 1e6,
                5 => cells[length as usize / 2] = 3.0,
                7 => cells[length as usize - 1] = -1.0,
                _ => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{nats, sum};
    use approx::assert_relative_eq;

    #[test]
    fn no_digit_is_lost_where_one_cell_has_nearly_all() {
        // mpmath 1.4.1 at 40 digits; scipy says 4.3060112632466855e-05 for the first.
        assert_relative_eq!(
            nats(&[1e6, 1.0, 0.0, 2.0], true),
            4.306_011_263_243_053_4e-5,
            epsilon = 0.0,
            max_relative = 1e-15
        );
        assert_relative_eq!(
            nats(&[1e15, 1.0, 0.0, 2.0], true),
            1.052_300_348_236_118_6e-13,
            epsilon = 0.0,
            max_relative = 1e-15
        );
    }

    #[test]
    fn the_sum_keeps_what_additions_lose() {
        assert_relative_eq!(sum([1e16, 1.0, 1.0, -1e16].into_iter()), 2.0);
    }
}
