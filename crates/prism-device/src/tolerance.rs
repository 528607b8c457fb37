//! How far an output may lie from the reference.

use crate::conformance::{Case, Value};

/// The tolerance classes of the catalogue.
#[derive(Debug, Clone, Copy)]
pub enum Tolerance {
    /// Bit-identical.
    Exact,
    /// `|y − r| ≤ k·u·|r|`, `u` the unit roundoff of the output type.
    Elementwise(f64),
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
    /// The worst error of one argument as a share of its tolerance; infinite where `NaN` meets a number.
    #[allow(clippy::float_cmp)] // Equal infinities are no error.
    pub(crate) fn worst_error(self, case: &Case, quantities: &[u64], expected: &Value, got: &Value) -> f64 {
        if expected == got {
            return 0.0;
        }
        let (r, y) = (expected.doubles(), got.doubles());
        let unit = if matches!(expected, Value::F32(..)) { 2f64.powi(-24) } else { 2f64.powi(-53) };
        let magnitudes = match self {
            Self::Sum { magnitude: Some(magnitude), .. } => Some(magnitude(case)),
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
            let allowed = unit * self.units(quantities, *r, *magnitude);
            let share = (y - r).abs() / allowed;
            if share.is_nan() { f64::INFINITY } else { share }
        };
        r.iter().zip(&y).zip(&magnitudes).map(share).fold(0.0, f64::max)
    }

    /// How far an output may lie from `r`, in unit roundoffs.
    fn units(self, quantities: &[u64], r: f64, magnitude: f64) -> f64 {
        match self {
            Self::Exact => 0.0,
            Self::Elementwise(k) => k * r.abs(),
            Self::NearOne(k) => k * r.abs().max(1.0),
            Self::Sum { terms, .. } => 8.0 * (terms(quantities) as f64).log2().max(1.0) * magnitude + r.abs(),
        }
    }
}
