//! Matrix times vector, row by row, with what follows it.

use crate::map::activation::activate;
use crate::rows::{packs, part, sum};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::{Case, Value};

/// act(α·Ax + β·y) of every matrix, or, with more than one part, the parts of Ax alone.
///
/// `a [g, m, n]` and `x [h, n]` (g, h = b, or 1 for all), `y [e, m]` (e = b, 1 for all, or 0 where β = 0) → `out [b, m, parts]`,
/// part j holding the products from j·⌈n/parts⌉ on. `activation` is 0 none, 1 relu, 2 gelu, 3 gelu by tanh, 4 sigmoid,
/// 5 tanh, 6 silu. Four products at most are summed in the element type, their sums and the activation in double
/// precision. O(b·m·n), `a` read once.
#[kernel(
    threads = packs(b * m, n, parts),
    block = [256],
    requires(parts >= 1, g == 1 || g == b, h == 1 || h == b, e <= 1 || e == b, activation <= 6),
    types(f32, f64),
    check(
        activation = [0, 1, 2, 3, 4, 5, 6], g = [3, 1], h = [3, 1], e = [3, 0, 1], parts = [1, 3],
        b = [3, 0], m = [31, 0], n = [33, 0, 1, 8, 132, 257, 516, 5000],
    ),
    bench(b = 1, g = 1, h = 1, e = 0, m = 16_384, n = 4_096, parts = 1, activation = 0),
    bench(b = 65_536, g = 65_536, h = 65_536, e = 0, m = 32, n = 32, parts = 1, activation = 1),
    ops = 2 * b * m * n,
    inputs = factors,
    tolerance = Sum(n, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn gemv_rows<T: Real>(
    #[shape(g, m, n)] a: &[T],
    #[shape(h, n)] x: &[T],
    #[shape(e, m)] y: &[T],
    #[shape(b, m, parts)] out: &mut [T],
    alpha: f64,
    beta: f64,
    activation: u32,
) {
    for item in 0..b * m * parts {
        let (batch, i) = (item / parts / m, item / parts % m);
        let (row, x) = (&a[(batch.min(g - 1) * m + i) * n..][..n], &x[batch.min(h - 1) * n..][..n]);
        let sum = sum(part(item, n, parts).map(|j| row[j].into() * x[j].into()));
        let shifted = alpha * sum + if e > 0 { beta * y[batch.min(e - 1) * m + i].into() } else { 0.0 };
        out[item] = T::nearest(if parts > 1 { sum } else { activate(shifted, activation) });
    }
}

fn factors(case: &mut Case) {
    *case.value("alpha") = Value::Scalar(0.5f64.into());
    *case.value("beta") = Value::Scalar((-2.0f64).into());
}

/// Σ|α·a·x| + |β·y|; an activation stretches it by less than 2.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, m, n, parts, g, h, e] = ["b", "m", "n", "parts", "g", "h", "e"].map(|name| case.quantity(name) as usize);
    let (a, x, y) = (case.doubles("a"), case.doubles("x"), case.doubles("y"));
    let size = |item: usize| {
        let (batch, i) = (item / parts / m, item / parts % m);
        let (row, x) = (&a[(batch.min(g - 1) * m + i) * n..][..n], &x[batch.min(h - 1) * n..][..n]);
        let sum: f64 = part(item, n, parts).map(|j| (row[j] * x[j]).abs()).sum();
        sum + if e > 0 { 2.0 * y[batch.min(e - 1) * m + i].abs() } else { 0.0 }
    };
    (0..b * m * parts).map(size).collect()
}
