//! One step of a reservoir.

use super::activation::activate;
use super::weights::{Matrix, prepare_rows};
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::philox::Philox;
use prism_device::{Real, Scalar};

/// The state of a reservoir after one step, x′ = (1 − a)·x + a·f(W·x + `w_in`·u + b + `w_fb`·y + ξ).
///
/// `x [b, n]`, `u [b, k]`, `bias [bn]` (n or none), `w_fb [n, m]`, `y [b, m]` (m = 0 for no feedback) → `next [b, n]`. W
/// is `w [wr, wc]`, n by n, or, when that is empty, compressed rows `row_start [rs]`, `column`, `value [nz]`. `f`: 0
/// tanh, 1 identity, 2 max(0, s), 3 logistic. ξ = `noise`·normal number `offset` + i·n + j of Philox stream 0 under
/// `seed` for neuron j of element i. `status` becomes 1 when rows point outside the matrix; such a row counts as empty.
///
/// Jaeger 2001. A warp sums a row, or two of a dense W, for up to eight elements of the batch: W is read ⌈b/8⌉ times.
/// O(b·nnz(W)).
#[kernel(
    threads = b.div_ceil(8) * n.div_ceil(8) * 256,
    block = [256],
    requires(bn == 0 || bn == n, f <= 3, wr == n && wc == n && rs == 0 && nz == 0 || wr == 0 && wc == 0 && rs == n + 1),
    types(f32, f64),
    check(
        b = [0, 1, 9], n = [0, 1, 33, 257, 1000], k = [3], m = [0, 2], wr = [0, 1, 33, 257, 1000],
        wc = [0, 1, 33, 257, 1000], rs = [0, 1, 2, 34, 258, 1001], nz = [0, 3_000], bn = [0, 257, 1000],
        f = [0, 1, 2, 3]
    ),
    bench(b = 1, n = 4_096, k = 3, m = 0, wr = 4_096, wc = 4_096, bn = 4_096),
    bench(b = 64, n = 4_096, k = 3, m = 0, wr = 4_096, wc = 4_096, bn = 4_096),
    bench(b = 1, n = 4_096, k = 3, m = 0, rs = 4_097, nz = 1_600_000, bn = 4_096),
    inputs = reservoir,
    tolerance = Sum(n + k + m + 2, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn reservoir_step<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(wr, wc)] w: &[T],
    #[shape(rs)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[shape(nz)] value: &[T],
    #[shape(n, k)] w_in: &[T],
    #[shape(b, k)] u: &[T],
    #[shape(bn)] bias: &[T],
    #[shape(n, m)] w_fb: &[T],
    #[shape(b, m)] y: &[T],
    #[shape(b, n)] next: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    a: f64,
    f: u32,
    noise: f64,
    seed: u64,
    offset: u64,
) {
    let matrix = Matrix { dense: w, row_start, column, value, columns: n };
    let random = Philox::new(seed, 0);
    for j in 0..n {
        let row = matrix.row(j);
        status[0] |= u32::from(row.is_none());
        let row = row.unwrap_or_default();
        for i in 0..b {
            let dot = |w: &[T], v: &[T]| w.iter().zip(v).map(|(&w, &v)| w.into() * v.into()).sum::<f64>();
            let mut s: f64 = row.iter().map(|&(c, w)| w * x[i * n + c].into()).sum();
            s += dot(&w_in[j * k..(j + 1) * k], &u[i * k..(i + 1) * k]);
            s += dot(&w_fb[j * m..(j + 1) * m], &y[i * m..(i + 1) * m]);
            s += if bn == 0 { 0.0 } else { bias[j].into() };
            s += if noise == 0.0 { 0.0 } else { noise * random.normal(offset + (i * n + j) as u64) };
            next[i * n + j] = T::nearest((1.0 - a) * x[i * n + j].into() + a * activate(f, s));
        }
    }
}

/// Weights of about unit gain, noise in every other call.
pub(super) fn reservoir(case: &mut Case) {
    let n = case.quantity("n") as usize;
    let gain = 0.5 / (n as f64).sqrt().max(1.0);
    for name in ["w", "value"] {
        case.change(name, |w| w.iter_mut().for_each(|w| *w *= gain));
    }
    let noise = if case.quantity("m") == 2 { 0.25 } else { 0.0 };
    for (name, value) in [("a", 0.3), ("noise", noise)] {
        *case.value(name) = Value::Scalar(Scalar::F64(value));
    }
    prepare_rows(case, n, n);
}

/// A bound on the sum of the terms of any neuron.
pub(super) fn magnitude(case: &Case) -> Vec<f64> {
    let largest = |name: &str| case.doubles(name).iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let rows = |name: &str, length: usize| {
        let cells = case.doubles(name);
        let sums = cells.chunks(length.max(1)).map(|row| row.iter().map(|w| w.abs()).sum::<f64>());
        sums.fold(0.0, f64::max)
    };
    let [b, n, k, m] = ["b", "n", "k", "m"].map(|name| case.quantity(name) as usize);
    let recurrent = (rows("w", n) + rows("value", n.div_ceil(3))) * (1.0 + largest("x"));
    let outside = rows("w_in", k) * largest("u") + rows("w_fb", m) * largest("y") + largest("bias");
    vec![1.0 + recurrent + outside; b * n * (case.quantity("t") as usize).max(1)]
}
