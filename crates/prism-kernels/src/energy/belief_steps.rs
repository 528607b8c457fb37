//! Steps of Gaussian predictive coding.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::{Case, Value};

/// Steps `μ ← μ + κ·[Wᵀ(π_y∘ε) − π_x∘(μ − η)]` of every row's belief, `ε = y − (Wμ + c)`.
///
/// `mu, prior [b, d]` (μ, η), `y [b, n]`, `weights [n, d]`, `bias [v]` (v = n, or 0 for none), `pi_y [k]` and
/// `pi_x [l]` (one for all or one each) → `belief [b, d]` and `error [b, n]`, the ε of the last step's start; with no
/// steps that of `mu`. Rao & Ballard 1999; Bogacz 2017. Four products at most are summed in the element type, those sums
/// in double precision. O(steps·b·n·d); a block a row holds the weights, its belief and its errors in shared memory.
#[kernel(
    threads = b * 256,
    block = [256],
    requires(v == 0 || v == n, k == 1 || k == n, l == 1 || l == d, n * d + n + d <= 5_120),
    types(f32, f64),
    check(
        steps = [1, 0], v = [33, 0, 1, 70], k = [33, 1, 70], l = [2, 1, 64],
        n = [33, 0, 1, 7, 70], d = [2, 0, 1, 64, 300], b = [0, 1, 9],
    ),
    bench(b = 1_024, d = 64, n = 64, v = 0, k = 1, l = 1, steps = 100),
    bench(b = 1, d = 64, n = 64, v = 0, k = 1, l = 1, steps = 100),
    ops = 4 * b * n * d * steps,
    inputs = rates,
    tolerance = Sum(n + d, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn belief_steps<T: Real>(
    #[shape(b, d)] mu: &[T],
    #[shape(b, d)] prior: &[T],
    #[shape(b, n)] y: &[T],
    #[shape(n, d)] weights: &[T],
    #[shape(v)] bias: &[T],
    #[shape(k)] pi_y: &[T],
    #[shape(l)] pi_x: &[T],
    #[shape(b, d)] belief: &mut [T],
    #[shape(b, n)] error: &mut [T],
    kappa: f64,
    steps: u32,
) {
    for row in 0..b {
        let belief = &mut belief[row * d..][..d];
        belief.copy_from_slice(&mu[row * d..][..d]);
        for step in 0..steps.max(1) {
            for i in 0..n {
                let predicted: f64 = (0..d).map(|j| weights[i * d + j].into() * belief[j].into()).sum();
                let bias = if v > 0 { bias[i].into() } else { 0.0 };
                error[row * n + i] = T::nearest(y[row * n + i].into() - (predicted + bias));
            }
            if step == steps {
                break;
            }
            for j in 0..d {
                let weighted =
                    |i: usize| weights[i * d + j].into() * (pi_y[i.min(k - 1)].into() * error[row * n + i].into());
                let back: f64 = (0..n).map(weighted).sum();
                let drawn = pi_x[j.min(l - 1)].into() * (belief[j].into() - prior[row * d + j].into());
                belief[j] = T::nearest(belief[j].into() + kappa * (back - drawn));
            }
        }
    }
}

fn rates(case: &mut Case) {
    *case.value("kappa") = Value::Scalar(0.1f64.into());
}

/// What the terms of one step amount to, of `mu` and of `error`; the larger where both have as many elements.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, n, d, k, l, v] = ["b", "n", "d", "k", "l", "v"].map(|name| case.quantity(name) as usize);
    let [mu, prior, y, weights, bias, pi_y, pi_x] =
        ["mu", "prior", "y", "weights", "bias", "pi_y", "pi_x"].map(|name| case.doubles(name));
    let error = |row: usize, i: usize| -> f64 {
        let predicted: f64 = (0..d).map(|j| (weights[i * d + j] * mu[row * d + j]).abs()).sum();
        y[row * n + i].abs() + predicted + if v > 0 { bias[i].abs() } else { 0.0 }
    };
    let errors: Vec<f64> = (0..b * n).map(|at| error(at / n, at % n)).collect();
    let state = |row: usize, j: usize| -> f64 {
        let back = (0..n).map(|i| (weights[i * d + j] * pi_y[i.min(k - 1)]).abs() * errors[row * n + i]).sum::<f64>();
        let drawn = pi_x[j.min(l - 1)].abs() * (mu[row * d + j].abs() + prior[row * d + j].abs());
        mu[row * d + j].abs() + 0.1 * (back + drawn)
    };
    let states: Vec<f64> = (0..b * d).map(|at| state(at / d, at % d)).collect();
    if n == d { errors.iter().zip(&states).map(|(e, s)| e.max(*s)).collect() } else { states }
}
