//! Shannon entropy of long rows, second half: a row's from its parts'.

use super::plain::{nats, sum};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Shannon entropy of every row from what `shannon_entropy_parts` knows of its parts, in units of the logarithm to
/// `base`.
///
/// `parts [r, s, 2]` → `entropy [r]`. The entropy of N₁, N₂, … and, weighted by them, of each within. O(r·s).
#[kernel(
    threads = r * 256,
    block = [256],
    requires(normalize_input <= 1),
    types(f32, f64),
    check(r = [0, 1, 9, 33], s = [0, 1, 2, 31, 33, 257, 1000], base = [2], normalize_input = [0, 1]),
    bench(r = 1, s = 1_024, base = 2, normalize_input = 1),
    inputs = parts_of_rows,
    tolerance = Sum(s),
)]
pub fn shannon_entropy_join<T: Real>(
    #[shape(r, s, 2)] parts: &[T],
    #[shape(r..)] entropy: &mut [T],
    #[domain(super::BASE)] base: f64,
    normalize_input: u32,
) {
    for row in 0..r {
        let column = |c: usize| -> Vec<f64> { (0..s).map(move |i| parts[(row * s + i) * 2 + c].into()).collect() };
        let totals = column(0);
        let total = sum(totals.iter().copied());
        let share = nats(&totals, true) - sum(column(1).into_iter()) / total;
        let nats = if normalize_input == 1 { share } else { total * share - total * total.ln() };
        entropy[row] = T::nearest(nats / base.ln());
    }
}

/// Parts of rows that sum to about 1, some of them empty; of eight rows one is all 0.
fn parts_of_rows(case: &mut Case) {
    let s = case.quantity("s") as usize;
    case.change("parts", |parts| {
        for (i, part) in parts.chunks_mut(2).enumerate() {
            let total = if i % 3 == 1 || i / s % 8 == 6 { 0.0 } else { part[0].abs() / s as f64 };
            part.copy_from_slice(&[total, -total * part[1].abs()]);
        }
    });
}
