//! Shannon entropy of long rows, first half: what is known of each part of a row.

use super::plain::{prepare_rows, share_terms, sum, wide};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Sum N and Σ c·ln(c/N) of the entries c of every part of every row.
///
/// `p [r, n]` → `parts [r, s, 2]`: part j holds the entries from j·⌈n/s⌉ on. NaN for a part with a negative entry.
/// `shannon_entropy_join` makes the rows' entropies of it. O(r·n), read once.
#[kernel(
    threads = r * s * 256,
    block = [256],
    types(f32, f64),
    check(r = [0, 1, 9], n = [0, 1, 2, 31, 33, 257, 1000, 20_000, 40_004], s = [1, 2, 3, 7]),
    bench(r = 1, n = 33_554_432, s = 1_024),
    inputs = rows,
    tolerance = Sum(n),
)]
pub fn shannon_entropy_parts<T: Real>(#[shape(r.., n)] p: &[T], #[shape(r, s, 2)] parts: &mut [T]) {
    for part in 0..r * s {
        let (row, length) = (part / s, n.div_ceil(s));
        let begin = (part % s * length).min(n);
        let cells = wide(&p[row * n + begin..row * n + (begin + length).min(n)]);
        let negative = cells.iter().any(|&c| c < 0.0);
        parts[2 * part] = if negative { T::nan() } else { T::nearest(sum(cells.iter().copied())) };
        parts[2 * part + 1] = if negative { T::nan() } else { T::nearest(share_terms(&cells)) };
    }
}

fn rows(case: &mut Case) {
    let n = case.quantity("n");
    prepare_rows(case, "p", n);
}
