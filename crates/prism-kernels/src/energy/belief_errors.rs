//! The errors of beliefs, and what they draw them by, shared by many blocks.

use super::belief::blocks;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Errors `ε = y − (Wμ + c)` of every row's belief, and the parts of what they draw it by, `Wᵀ(π_y∘ε)`.
///
/// `mu [b, d]`, `y [b, n]`, `weights [n, d]`, `bias [v]` (v = n, or 0 for none), `pi_y [k]` (one for all or one each) →
/// `error [b, n]` and `drawn [parts, b, d]`, part q by the rows q, q + `parts`, … of the weights. Four products at most
/// are summed in the element type, those sums in double precision. Rao & Ballard 1999; Bogacz 2017. O(b·n·d); a block
/// reads its weights once for four rows of the batch.
#[kernel(
    threads = blocks(b, d, parts) * 256,
    block = [256],
    requires(parts >= 1, v == 0 || v == n, k == 1 || k == n),
    types(f32, f64),
    check(
        v = [33, 0, 100], k = [33, 1, 100], n = [33, 0, 100], d = [2, 0, 1, 257, 1025], b = [0, 1, 9], parts = [7, 129]
    ),
    bench(b = 1, d = 2_048, n = 4_096, v = 0, k = 1, parts = 256),
    bench(b = 256, d = 512, n = 512, v = 0, k = 1, parts = 8),
    ops = 4 * b * n * d,
    tolerance = Units(bounds),
)]
#[allow(clippy::too_many_arguments)]
pub fn belief_errors<T: Real>(
    #[shape(b, d)] mu: &[T],
    #[shape(b, n)] y: &[T],
    #[shape(n, d)] weights: &[T],
    #[shape(v)] bias: &[T],
    #[shape(k)] pi_y: &[T],
    #[shape(b, n)] error: &mut [T],
    #[shape(parts, b, d)] drawn: &mut [T],
) {
    for row in 0..b {
        for i in 0..n {
            let predicted: f64 = (0..d).map(|j| weights[i * d + j].into() * mu[row * d + j].into()).sum();
            let bias = if v > 0 { bias[i].into() } else { 0.0 };
            error[row * n + i] = T::nearest(y[row * n + i].into() - (predicted + bias));
        }
        for part in 0..parts {
            for j in 0..d {
                let weighted =
                    |i: usize| weights[i * d + j].into() * (pi_y[i.min(k - 1)].into() * error[row * n + i].into());
                drawn[(part * b + row) * d + j] = T::nearest((part..n).step_by(parts).map(weighted).sum());
            }
        }
    }
}

/// RED of the terms of an error, and of those of a part, whose errors are as wrong as they are.
fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let [b, n, d, k, v, parts] = ["b", "n", "d", "k", "v", "parts"].map(|name| case.quantity(name) as usize);
    let [mu, y, weights, bias, pi_y] = ["mu", "y", "weights", "bias", "pi_y"].map(|name| case.doubles(name));
    let red = |terms: usize| 8.0 * (terms as f64).log2().max(1.0) + 1.0;
    let error = |row: usize, i: usize| -> f64 {
        let predicted: f64 = (0..d).map(|j| (weights[i * d + j] * mu[row * d + j]).abs()).sum();
        y[row * n + i].abs() + predicted + if v > 0 { bias[i].abs() } else { 0.0 }
    };
    let errors: Vec<f64> = (0..b * n).map(|at| error(at / n, at % n)).collect();
    if output == "error" {
        return errors.into_iter().map(|error| red(d) * error).collect();
    }
    let part = |at: usize| -> f64 {
        let (part, row, j) = (at / (b * d), at / d % b, at % d);
        let weighted = |i: usize| (weights[i * d + j] * pi_y[i.min(k - 1)]).abs() * errors[row * n + i];
        (part..n).step_by(parts).map(weighted).sum::<f64>() * red(n + d)
    };
    (0..parts * b * d).map(part).collect()
}
