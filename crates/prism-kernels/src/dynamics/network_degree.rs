//! Degrees in a network.

use super::couplings::{Couplings, prepare_couplings};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The sum `Σ_j A_ij` of every row of couplings.
///
/// A is `a [ar, ac]`, n by n, or, when that is empty, compressed rows `row_start [rs]`, `column, value [nz]` → `degree [n]`.
/// `status` becomes 1 when rows point outside the matrix; such a row counts as empty. O(nnz(A)).
#[kernel(
    threads = n.div_ceil(8) * 256,
    block = [256],
    requires(ar == n && ac == n && rs == 0 && nz == 0 || ar == 0 && ac == 0 && rs == n + 1),
    types(f32, f64),
    check(
        n = [33, 0, 1, 257], ar = [33, 0, 1, 257], ac = [33, 0, 1, 257], rs = [0, 34, 2, 258, 1], nz = [0, 600]
    ),
    bench(n = 8_192, ar = 8_192, ac = 8_192),
    inputs = couplings,
    tolerance = Sum(n + nz),
)]
pub fn network_degree<T: Real>(
    #[shape(ar, ac)] a: &[T],
    #[shape(rs)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[shape(nz)] value: &[T],
    #[shape(n)] degree: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
) {
    let couplings = Couplings { dense: a, row_start, column, value, n };
    for i in 0..n {
        let row = couplings.row(i);
        status[0] |= u32::from(row.is_none());
        degree[i] = T::nearest(row.unwrap_or_default().iter().map(|(_, a)| a).sum());
    }
}

fn couplings(case: &mut Case) {
    prepare_couplings(case, case.quantity("n") as usize);
}
