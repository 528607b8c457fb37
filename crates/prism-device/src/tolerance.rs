//! How far an output may lie from the reference.

use crate::Dtype;
use crate::conformance::{Case, Value};

/// The tolerance classes of the catalogue.
#[derive(Debug, Clone, Copy)]
pub enum Tolerance {
    /// Bit-identical.
    Exact,
    /// `|y − r| ≤ k·u·|r|`, `u` the unit roundoff of the output type, or one subnormal. `f16` and `bf16` are computed in
    /// `f32` and rounded once, and so is their reference: `k` units of `f32` and two of their own.
    Elementwise(f64),
    /// As `Elementwise`, with `k` for every element of the output of that name from the inputs, or the absolute error given
    /// second.
    Conditioned(fn(&Case, &str) -> Vec<f64>, f64),
    /// `|y − r| ≤ k·u`, with `k` for every element of the output of that name from the inputs. For `f16` and `bf16` `u` is
    /// that of `f32`, and two of their own roundings are allowed beside. Where terms cancel, `k` counts the terms.
    Units(fn(&Case, &str) -> Vec<f64>),
    /// `|y − r| ≤ k·u·max(1, |r|)`.
    NearOne(f64),
    /// `|y − r| ≤ 8·max(1, log₂ terms)·u·Σ|t| + u·|r|`, `t` the terms summed: written `Sum(n)` or `Sum(n, magnitude)`.
    Sum {
        /// How many terms, from the quantities.
        terms: fn(&[u64]) -> u64,
        /// `Σ|t|` of every output from the inputs; where absent it is `|r|`: no term has the other sign.
        magnitude: Option<fn(&Case) -> Vec<f64>>,
    },
}

impl Tolerance {
    /// The worst error of one argument as a share of its tolerance, and where it is; infinite where `NaN` meets a number.
    #[allow(clippy::float_cmp)] // Equal infinities are no error.
    pub(crate) fn worst_error(
        self,
        output: &str,
        case: &Case,
        quantities: &[u64],
        expected: &Value,
        got: &Value,
    ) -> (f64, usize) {
        if expected == got {
            return (0.0, 0);
        }
        let (r, y) = (expected.doubles(), got.doubles());
        let dtype = expected.dtype();
        let magnitudes = match self {
            Self::Sum { magnitude: Some(magnitude), .. } => Some(magnitude(case)),
            Self::Conditioned(factors, _) | Self::Units(factors) => Some(factors(case, output)),
            _ => None,
        };
        // Magnitudes are of the outputs that have as many elements; the largest is of all others.
        let magnitudes = match magnitudes {
            Some(all) if all.len() == r.len() => all,
            Some(all) => vec![all.into_iter().filter(|m| m.is_finite()).fold(0.0, f64::max); r.len()],
            None => r.iter().map(|r| r.abs()).collect(),
        };
        let share = |((r, y), magnitude): ((&f64, &f64), &f64)| {
            if r == y || (r.is_nan() && y.is_nan()) {
                return 0.0;
            }
            let allowed = self.allowed(dtype, quantities, *r, *magnitude);
            let share = (y - r).abs() / allowed;
            if share.is_nan() { f64::INFINITY } else { share }
        };
        let shares = r.iter().zip(&y).zip(&magnitudes).map(share).enumerate();
        shares.fold((0.0, 0), |worst, (at, share)| if share > worst.0 { (share, at) } else { worst })
    }

    /// How far an output may lie from `r`.
    fn allowed(self, dtype: Dtype, quantities: &[u64], r: f64, magnitude: f64) -> f64 {
        let unit = dtype.roundoff();
        let each = |k: f64| match dtype {
            Dtype::F16 | Dtype::BF16 => (2.0 * unit + k * Dtype::F32.roundoff()) * r.abs(),
            _ => k * unit * r.abs(),
        };
        match self {
            Self::Exact => 0.0,
            Self::Elementwise(k) => each(k) + dtype.smallest(),
            Self::Conditioned(_, absolute) => each(magnitude).max(absolute) + dtype.smallest(),
            Self::Units(_) => match dtype {
                Dtype::F16 | Dtype::BF16 => 2.0 * unit * r.abs() + magnitude * Dtype::F32.roundoff() + dtype.smallest(),
                _ => magnitude * unit + dtype.smallest(),
            },
            Self::NearOne(k) => k * unit * r.abs().max(1.0),
            Self::Sum { terms, .. } => unit * (8.0 * (terms(quantities) as f64).log2().max(1.0) * magnitude + r.abs()),
        }
    }
}
