//! Entropy of one discrete variable given another, from their joint table.

use super::mutual_information::{marginal_entropies, tables};
use super::plain::{margins, nats, wide};
use prism_derive::kernel;
use prism_device::Element;

/// Conditional entropy H(Y|X) = H(X, Y) − H(X) of every joint table, in units of the logarithm to `base`.
///
/// `joint [r, a, b]`, X along a and Y along b → `entropy [r]`. With `normalize_input` = 1 a table is divided by its sum,
/// with 0 it is taken as it is. NaN for a table with a negative cell or with sum 0. Cover & Thomas 2006; equals
/// `scipy.stats.entropy` of the table less that of its sums over b. Doubles throughout. O(r·a·b), read twice, once from
/// the caches; no scratch.
#[kernel(
    threads = r * if a * b <= 4096 { 32 } else { 256 },
    block = [256],
    requires(normalize_input <= 1),
    types(f32, f64, u32),
    check(
        r = [0, 1, 17],
        a = [0, 1, 2, 31, 257],
        b = [0, 1, 2, 33, 1000],
        base = [2],
        normalize_input = [0, 1],
    ),
    bench(r = 65_536, a = 16, b = 16, base = 2, normalize_input = 1),
    bench(r = 64, a = 512, b = 512, base = 2, normalize_input = 1),
    inputs = tables,
    tolerance = Sum(a * b, marginal_entropies),
)]
pub fn conditional_entropy<T: Element + Into<f64>>(
    #[shape(r, a, b)] joint: &[T],
    #[shape(r)] entropy: &mut [f64],
    base: f64,
    normalize_input: u32,
) {
    for row in 0..r {
        let table = wide(&joint[row * a * b..(row + 1) * a * b]);
        let (x, _) = margins(&table, a, b);
        entropy[row] = (nats(&table, normalize_input == 1) - nats(&x, normalize_input == 1)) / base.ln();
    }
}
