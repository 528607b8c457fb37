//! Autoregressions: fit and forecast in one reading.

use super::ar_plain::{Fitted, burg, least_squares, residual_variance, yule_walker};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Autoregressive model of every series and its forecast, in the units of the series.
///
/// `y [b, t]` → `forecast [b, h]`, its standard error `se [b, h]`, `coef [b, p + 1]` (c, φ₁ … φₚ), the variance of the
/// innovations `sigma2 [b]` and `status [b]`: 1 where the data do not determine the coefficients, 2 where a value is
/// not finite (all NaN then). `y_t = c + Σ φᵢ·y_{t−i} + e_t`, with c = 0 where `trend` = 0.
///
/// `fit` = 0: conditional least squares by normal equations of deviations from the mean, Cholesky with a check of its
/// pivots; of many solutions (status 1) the one of least norm. 1: Yule–Walker equations of the biased autocovariance.
/// 2: Burg. Both are of the deviations from the mean where `trend` = 1, and have φ = 0 for a constant series; Burg stops
/// where nothing is left to explain. 3: the coefficients in `given [bg, p + 1]`, one row for all or one a series.
/// `sigma2` is SSE/(t − p) for 0 and 3, the variance that the recursion leaves for 1 and 2.
/// `se = √(σ²·Σ_{j<h} ψⱼ²)`, `ψ₀ = 1`, `ψⱼ = Σ φᵢ·ψ_{j−i}`. Box & Jenkins 1976; Hamilton 1994. p ≤ 24. Doubles throughout.
/// A warp a series, O(b·t·p); read once to t = 1024, longer ones twice and for `sigma2` a third time.
#[kernel(
    threads = b * 32,
    block = [128],
    shared = 32 * (1_056 + 2 * (p + 1) * (p + 1) + 6 * (p + 1)),
    requires(p >= 1, p <= 24, t >= 2 * p + 2, fit <= 3, trend <= 1, bg == 1 || bg == b),
    types(f32, f64),
    check(
        b = [5, 0, 9], t = [12, 257, 1024, 1025, 2100], h = [0, 2, 33], p = [1, 8, 9, 24], bg = [1, 9],
        fit = [0, 1, 2, 3], trend = [0, 1]
    ),
    bench(b = 1_000_000, t = 1_000, h = 1, p = 8, bg = 1, fit = 0, trend = 1),
    bench(b = 65_536, t = 1_000, h = 10, p = 8, bg = 1, fit = 1, trend = 1),
    bench(b = 65_536, t = 1_000, h = 10, p = 8, bg = 1, fit = 2, trend = 1),
    inputs = recordings,
    tolerance = NearOne(16_384.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn ar_fit<T: Real>(
    #[shape(b, t)] y: &[T],
    #[shape(bg, p + 1)] given: &[T],
    #[shape(b, h)] forecast: &mut [T],
    #[shape(b, h)] se: &mut [T],
    #[shape(b, p + 1)] coef: &mut [T],
    #[shape(b)] sigma2: &mut [T],
    #[shape(b)] status: &mut [u32],
    p: u32,
    fit: u32,
    trend: u32,
) {
    let p = p as usize;
    for series in 0..b {
        let wide = |row: &[T]| -> Vec<f64> { row.iter().map(|&x| x.into()).collect() };
        let y = wide(&y[series * t..(series + 1) * t]);
        let fitted = match fit {
            _ if !y.iter().all(|y| y.is_finite()) => {
                Fitted { coefficients: vec![f64::NAN; p + 1], variance: f64::NAN, deficient: false }
            }
            0 => least_squares(&y, p, trend == 1),
            1 => yule_walker(&y, p, trend == 1),
            2 => burg(&y, p, trend == 1),
            _ => {
                let row = if bg == 1 { 0 } else { series };
                let mut coefficients = wide(&given[row * (p + 1)..(row + 1) * (p + 1)]);
                coefficients[0] *= f64::from(trend);
                Fitted { variance: residual_variance(&y, &coefficients), coefficients, deficient: false }
            }
        };
        let Fitted { coefficients, variance, deficient } = fitted;
        status[series] = if y.iter().all(|y| y.is_finite()) { deficient.into() } else { 2 };
        sigma2[series] = T::nearest(variance);
        for (coef, &value) in coef[series * (p + 1)..].iter_mut().zip(&coefficients) {
            *coef = T::nearest(value);
        }
        let (mut path, mut psi, mut squares) = (y, vec![], 0.0);
        for step in 0..h {
            let weighted = |values: &[f64]| -> f64 {
                values.iter().rev().zip(&coefficients[1..]).map(|(value, phi)| phi * value).sum()
            };
            path.push(coefficients[0] + weighted(&path));
            psi.push(if step == 0 { 1.0 } else { weighted(&psi) });
            squares += psi[step] * psi[step];
            forecast[series * h + step] = T::nearest(path[t + step]);
            se[series * h + step] = T::nearest((variance * squares).sqrt());
        }
    }
}

/// Coefficients of models that do not explode; of every five series one is constant, one has a value missing.
pub(super) fn recordings(case: &mut Case) {
    let [t, p] = ["t", "p"].map(|name| case.quantity(name) as usize);
    case.change("given", |given| given.iter_mut().for_each(|x| *x *= 0.25 / p as f64));
    case.change("y", |y| {
        for (series, y) in y.chunks_mut(t).enumerate() {
            match series % 5 {
                2 => y.fill(1.7),
                3 => y[t / 2] = f64::NAN,
                _ => y.iter_mut().for_each(|y| *y += 2.0),
            }
        }
    });
}
