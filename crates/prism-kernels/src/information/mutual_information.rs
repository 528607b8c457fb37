//! Mutual information of two discrete variables from their joint table.

use super::plain::{margins, nats, prepare_rows, wide};
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::Case;

/// Mutual information H(X) + H(Y) − H(X, Y) of every joint table, in units of the logarithm to `base`.
///
/// `joint [r, a, b]` → `information [r]`, not clipped at 0. With `normalize_input` = 1 a table is divided by its sum,
/// with 0 it is taken as it is. With `correction` = 1 (Miller–Madow; for counts) `(m_x + m_y − m_xy − 1)/2N` nats are
/// added, m the cells that are not empty, N the table's sum. NaN for a table with a negative cell or with sum 0. Cover
/// & Thomas 2006; equals `sklearn.metrics.mutual_info_score(None, None, contingency=joint)`. Doubles throughout.
/// O(r·a·b), read three times, twice from the caches; no scratch.
#[kernel(
    threads = r * if a * b <= 4096 { 32 } else { 256 },
    block = [256],
    requires(normalize_input <= 1, correction <= 1),
    types(f32, f64, u32),
    check(
        r = [0, 1, 17],
        a = [0, 1, 2, 31, 257],
        b = [0, 1, 2, 33, 1000],
        base = [2],
        normalize_input = [0, 1],
        correction = [0, 1],
    ),
    bench(r = 65_536, a = 16, b = 16, base = 2, normalize_input = 1, correction = 0),
    bench(r = 64, a = 512, b = 512, base = 2, normalize_input = 1, correction = 0),
    inputs = tables,
    tolerance = Sum(a * b, marginal_entropies),
)]
pub fn mutual_information<T: Element + Into<f64>>(
    #[shape(r, a, b)] joint: &[T],
    #[shape(r)] information: &mut [f64],
    base: f64,
    normalize_input: u32,
    correction: u32,
) {
    for row in 0..r {
        let table = wide(&joint[row * a * b..(row + 1) * a * b]);
        let (x, y) = margins(&table, a, b);
        let entropy = |cells: &[f64]| nats(cells, normalize_input == 1);
        let filled = |cells: &[f64]| cells.iter().filter(|&&c| c > 0.0).count() as f64;
        let mut sum = entropy(&x) + entropy(&y) - entropy(&table);
        if correction == 1 {
            sum += (filled(&x) + filled(&y) - filled(&table) - 1.0) / (2.0 * x.iter().sum::<f64>());
        }
        information[row] = sum / base.ln();
    }
}

pub(super) fn tables(case: &mut Case) {
    let cells = case.quantity("a") * case.quantity("b");
    prepare_rows(case, "joint", cells);
    if case.quantity("normalize_input") == 0 {
        case.change("joint", |p| p.iter_mut().for_each(|p| *p /= 64.0 * cells as f64));
    }
}

/// H(X) + H(Y): what the terms of the sum amount to.
pub(super) fn marginal_entropies(case: &Case) -> Vec<f64> {
    let (a, b) = (case.quantity("a") as usize, case.quantity("b") as usize);
    let (base, normalize) = (case.quantity("base") as f64, case.quantity("normalize_input") == 1);
    let joint = case.doubles("joint");
    let of = |row: usize| {
        let (x, y) = margins(&joint[row * a * b..(row + 1) * a * b], a, b);
        (nats(&x, normalize).abs() + nats(&y, normalize).abs()) / base.ln()
    };
    (0..case.quantity("r") as usize).map(of).collect()
}
