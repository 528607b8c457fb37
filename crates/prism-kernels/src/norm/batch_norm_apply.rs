//! Normalisation of channels by statistics that are known.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::{Case, Value};

/// γ·(x − μ)·(σ² + ε)^−½ + β of every channel, plus a residual, and of the sum what is greater than 0.
///
/// `x [n, c, s]`, c channels of s elements in each of n samples, → `y [n, c, s]`. The statistics are `mean` and `variance`
/// (g = c) or, in double precision, `batch_mean` and `batch_variance` (b = c). `gamma` and `beta` have c elements, or none: 1
/// and 0; `residual` has n samples, or r = 0. With `rectified` = 1 a negative result becomes 0; NaN stays NaN. Rounded once;
/// the mean in two numbers. O(n·c·s): one read, one write.
#[kernel(
    threads = (n * c * s).div_ceil(16),
    block = [256, 128],
    wide(n, s, r),
    requires(r == 0 || r == n, g == 0 || b == 0, g + b == c, m == 0 || m == c, k == 0 || k == c, rectified <= 1),
    types(f16, bf16, f32, f64),
    check(
        n = [2, 5], c = [3, 33], s = [257, 0, 1, 8, 31, 32, 4_100], r = [0, 2, 5], g = [3, 0, 33], b = [0, 3],
        m = [3, 0], k = [0, 33], rectified = [0, 1],
    ),
    bench(n = 32, c = 64, s = 16_384, r = 0, g = 64, b = 0, m = 64, k = 64, rectified = 0),
    bench(n = 32, c = 64, s = 16_384, r = 32, g = 64, b = 0, m = 64, k = 64, rectified = 1),
    bench(n = 128, c = 64, s = 16_384, r = 0, g = 64, b = 0, m = 64, k = 64, rectified = 0),
    bench(n = 32, c = 64, s = 16_384, r = 0, g = 0, b = 64, m = 64, k = 64, rectified = 0),
    inputs = channels,
    tolerance = Sum(2, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn batch_norm_apply<T: Float>(
    #[shape(n, c, s)] x: &[T],
    #[shape(r, c, s)] residual: &[T],
    #[shape(g)] mean: &[T],
    #[shape(g)] variance: &[T],
    #[shape(b)] batch_mean: &[f64],
    #[shape(b)] batch_variance: &[f64],
    #[shape(m)] gamma: &[T],
    #[shape(k)] beta: &[T],
    #[shape(n, c, s)] y: &mut [T],
    epsilon: f64,
    rectified: u32,
) {
    let of = |given: &[T], channel: usize| given.get(channel).map(|&x| x.into());
    for (at, y) in y.iter_mut().enumerate() {
        let channel = at / s % c;
        let mu = of(mean, channel).unwrap_or_else(|| batch_mean[channel]);
        let square = of(variance, channel).unwrap_or_else(|| batch_variance[channel]);
        let (scale, shift) = (of(gamma, channel).unwrap_or(1.0), of(beta, channel).unwrap_or(0.0));
        let unit = (x[at].into() - mu) / (square + epsilon).sqrt();
        let value = scale * unit + shift + of(residual, at).unwrap_or(0.0);
        *y = T::nearest(if rectified == 1 && value < 0.0 { 0.0 } else { value });
    }
}

/// Variances of 0 and greater; constant channels, NaN and infinities.
fn channels(case: &mut Case) {
    *case.value("epsilon") = Value::Scalar(1e-5f64.into());
    for name in ["variance", "batch_variance"] {
        case.change(name, |x| x.iter_mut().enumerate().for_each(|(i, x)| *x = if i % 5 == 4 { 0.0 } else { x.abs() }));
    }
    let off = if case.quantity("b") > 0 { 1e4 } else { 100.0 };
    for name in ["x", "mean", "batch_mean"] {
        let plane = if name == "x" { case.quantity("s").max(1) as usize } else { 1 };
        let c = case.quantity("c").max(1) as usize;
        case.change(name, |x| {
            x.iter_mut().enumerate().filter(|(i, _)| i / plane % c % 3 == 1).for_each(|(_, x)| *x += off);
        });
    }
    case.change("x", |x| {
        let edges = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        x.iter_mut().skip(5).step_by(97).zip(edges.iter().cycle()).for_each(|(x, edge)| *x = *edge);
    });
}

/// What 8 roundings of |γ|·|x − μ|/√(σ² + ε), |β| and the residual, in the type computed in, and the last one come to.
fn magnitude(case: &Case) -> Vec<f64> {
    let [c, s] = ["c", "s"].map(|name| case.quantity(name) as usize);
    let [x, residual, gamma, beta] = ["x", "residual", "gamma", "beta"].map(|name| case.doubles(name));
    let [mean, variance] = if case.quantity("g") > 0 { ["mean", "variance"] } else { ["batch_mean", "batch_variance"] }
        .map(|name| case.doubles(name));
    let (unit, last) = match case.values[0].1.dtype().roundoff() {
        unit if unit > 2f64.powi(-24) => (2f64.powi(-24) / unit, 1.0 / 8.0),
        _ => (1.0, 0.0),
    };
    let terms = |at: usize| {
        let channel = at / s % c;
        let scale = gamma.get(channel).copied().unwrap_or(1.0);
        let product = scale * (x[at] - mean[channel]) / (variance[channel] + 1e-5).sqrt();
        [product, beta.get(channel).copied().unwrap_or(0.0), residual.get(at).copied().unwrap_or(0.0)]
    };
    let of = |at| unit * sum(terms(at).into_iter().map(f64::abs)) + last * sum(terms(at).into_iter()).abs();
    (0..x.len()).map(of).collect()
}
