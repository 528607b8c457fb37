//! Entropy production of counted transitions, for each of them.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Terms that a block divides.
const SHARE: u64 = 16_384;

/// Entropy production of every process divided by the number of its transitions.
///
/// `production, total [b, s]` of every part → `sigma [b]`, Σproduction/Σtotal, NaN where there are no transitions; and
/// `edges [e, n, n]` (e = b or 0) are divided by Σtotal in place. Doubles inside. O(b·(s + n²)), `edges` read and written
/// once.
#[kernel(
    threads = b * (if e > 0 { (n * n).div_ceil(SHARE).max(1) } else { 1 }) * 256,
    block = [256],
    requires(e == 0 || e == b),
    types(f32, f64),
    check(e = [3, 0], b = [3, 0], s = [1, 2, 33, 300], n = [0, 1, 3, 33, 127, 128, 129]),
    bench(b = 1, s = 2_048, e = 1, n = 8_192),
    inputs = counts,
    tolerance = Elementwise(256.0),
)]
pub fn production_per_step<T: Real>(
    #[shape(b, s)] production: &[T],
    #[shape(b, s)] total: &[T],
    #[shape(b)] sigma: &mut [T],
    #[inout]
    #[shape(e, n, n)]
    edges: &mut [T],
) {
    for row in 0..b {
        let of = |parts: &[T]| sum(parts[row * s..][..s].iter().map(|&x| x.into()));
        let (produced, steps) = (of(production), of(total));
        sigma[row] = T::nearest(produced / steps);
        if e > 0 {
            edges[row * n * n..][..n * n].iter_mut().for_each(|x| *x = T::nearest((*x).into() / steps));
        }
    }
}

fn counts(case: &mut Case) {
    for name in ["production", "total"] {
        case.change(name, |x| x.iter_mut().for_each(|x| *x = x.abs()));
    }
}
