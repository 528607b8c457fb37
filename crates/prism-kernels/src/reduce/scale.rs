//! Normalisation in plain loops, and how exactly it can be done.

use crate::rows::sum;

/// What a vector is divided by; the number is the `by` of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    L1,
    L2,
    Largest,
    Sum,
    Deviation,
}

impl Scale {
    fn of(by: u32) -> Self {
        [Self::L1, Self::L2, Self::Largest, Self::Sum, Self::Deviation][by as usize]
    }
}

/// The vector divided, and whether that was by a sum of 0.
pub(super) fn normalized(x: &[f64], by: u32, epsilon: f64, ddof: u32) -> (Vec<f64>, bool) {
    let scale = Scale::of(by);
    let shifted = if scale == Scale::Deviation { from_mean(x) } else { x.to_vec() };
    let divisor = match scale {
        Scale::L1 => at_least(epsilon, sum(x.iter().map(|x| x.abs()))),
        Scale::L2 => at_least(epsilon, sum(x.iter().map(|x| x * x)).sqrt()),
        Scale::Largest => at_least(epsilon, x.iter().map(|x| x.abs()).fold(0.0, larger)),
        Scale::Sum => sum(x.iter().copied()),
        Scale::Deviation => {
            let freedom = x.len().saturating_sub(ddof as usize) as f64;
            (sum(shifted.iter().map(|x| x * x)) / freedom).sqrt()
        }
    };
    let inverse = if divisor == 0.0 { 0.0 } else { 1.0 / divisor };
    (shifted.into_iter().map(|x| x * inverse).collect(), scale == Scale::Sum && divisor == 0.0 && !x.is_empty())
}

/// The larger of a norm and its least value; NaN stays.
fn at_least(epsilon: f64, norm: f64) -> f64 {
    if norm < epsilon { epsilon } else { norm }
}

/// The larger, NaN where one is.
fn larger(x: f64, y: f64) -> f64 {
    if x > y || x.is_nan() { x } else { y }
}

/// Distances from the mean, which is taken in two numbers so that those near it keep their digits.
fn from_mean(x: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = sum(x.iter().copied()) / n;
    let rest = sum(x.iter().map(|x| x - mean)) / n;
    x.iter().map(|x| x - mean - rest).collect()
}

/// RED(n) of the divisor and EW(4) for each element, as a multiple of it; where a mean or a sum cancels, RED(n) of that.
pub(super) fn tolerated(x: &[f64], by: u32) -> Vec<f64> {
    let n = x.len() as f64;
    let red = 8.0 * n.log2().max(1.0);
    let magnitudes = sum(x.iter().map(|x| x.abs()));
    match Scale::of(by) {
        Scale::L1 | Scale::L2 => vec![red + 4.0; x.len()],
        Scale::Largest => vec![4.0; x.len()],
        Scale::Sum => vec![red * magnitudes / sum(x.iter().copied()).abs().max(f64::MIN_POSITIVE) + 4.0; x.len()],
        Scale::Deviation => {
            let of = |d: &f64| red * (1.0 + magnitudes / n / d.abs().max(f64::MIN_POSITIVE)) + 4.0;
            from_mean(x).iter().map(of).collect()
        }
    }
}

/// Vectors of zeros, of one number, far from 0, with NaN and with an infinity.
pub(super) fn edge(number: usize, x: &mut [f64]) {
    let middle = x.len() / 2;
    match number {
        2 => x.fill(0.0),
        3 => x.fill(0.1),
        4 => x.iter_mut().take(middle + 1).skip(middle).for_each(|x| *x = f64::NAN),
        5 => x.iter_mut().take(middle + 1).skip(middle).for_each(|x| *x = f64::INFINITY),
        6 => x.iter_mut().for_each(|x| *x += 1e4),
        7 => x.iter_mut().for_each(|x| *x = x.abs() / 1e3),
        _ => {}
    }
}
