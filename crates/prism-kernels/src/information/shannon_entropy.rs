//! Shannon entropy of rows.

use super::plain::{nats, prepare_rows, wide};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Shannon entropy −Σ p·log p of every row, in units of the logarithm to `base`.
///
/// `p [r, n]` → `entropy [r]`. With `normalize_input` = 1 a row is divided by its sum, with 0 it is taken as it is.
/// NaN for a row with a negative entry or with sum 0; 0·log 0 = 0. Sums in double precision; logarithms in the element
/// type. Shannon 1948; equals `scipy.stats.entropy(p, axis=-1, base=base)`. O(r·n), read once, no scratch; a row above
/// 4096 entries is one block's.
#[kernel(
    threads = r * if n <= 4096 { 32 } else { 256 },
    block = [256],
    requires(normalize_input <= 1),
    types(f32, f64),
    check(r = [0, 1, 9, 33], n = [0, 1, 2, 31, 33, 257, 1000, 5000], base = [2], normalize_input = [0, 1]),
    bench(r = 65_536, n = 1_024, base = 2, normalize_input = 1),
    bench(r = 1_048_576, n = 16, base = 2, normalize_input = 1),
    bench(r = 1_024, n = 65_536, base = 2, normalize_input = 1),
    inputs = rows,
    tolerance = Sum(n),
)]
pub fn shannon_entropy<T: Real>(
    #[shape(r, n)] p: &[T],
    #[shape(r)] entropy: &mut [T],
    base: f64,
    normalize_input: u32,
) {
    for row in 0..r {
        let cells = wide(&p[row * n..(row + 1) * n]);
        entropy[row] = T::nearest(nats(&cells, normalize_input == 1) / base.ln());
    }
}

/// Rows that meet every edge; those that are not to be normalised sum to about 1, or are counts.
fn rows(case: &mut Case) {
    let n = case.quantity("n");
    prepare_rows(case, "p", n);
    if case.quantity("normalize_input") == 0 {
        case.change("p", |p| p.iter_mut().for_each(|p| *p /= 64.0 * n as f64));
    }
}
