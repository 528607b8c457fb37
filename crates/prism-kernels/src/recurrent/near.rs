//! The arithmetic of the references: on doubles, or on doubles with how far a device may lie from them.

use crate::map::plain::logistic;
use std::ops::{Add, Mul, Sub};

/// A number that networks are computed in.
pub(super) trait Quantity: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// That number, exactly.
    fn of(x: f64) -> Self;

    /// 1/(1 + e⁻ˣ).
    fn logistic(self) -> Self;

    /// tanh x.
    fn tanh(self) -> Self;

    /// Σ w·x.
    fn dot(w: &[f64], x: &[Self]) -> Self;
}

impl Quantity for f64 {
    fn of(x: f64) -> Self {
        x
    }

    fn logistic(self) -> Self {
        logistic(self)
    }

    fn tanh(self) -> Self {
        self.tanh()
    }

    fn dot(w: &[f64], x: &[Self]) -> Self {
        w.iter().zip(x).map(|(w, x)| w * x).sum()
    }
}

/// A number, and how far a computed one may lie from it in units of roundoff: a rounding an operation, four a function,
/// 8·√K·Σ|w·x| a sum of K products.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub at: f64,
    pub by: f64,
}

impl Near {
    fn rounded(at: f64, by: f64) -> Self {
        Self { at, by: by + at.abs() }
    }

    /// How far, as a multiple of the number.
    pub fn factor(self) -> f64 {
        self.by / self.at.abs().max(f64::MIN_POSITIVE)
    }
}

impl Add for Near {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::rounded(self.at + other.at, self.by + other.by)
    }
}

impl Sub for Near {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::rounded(self.at - other.at, self.by + other.by)
    }
}

impl Mul for Near {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::rounded(self.at * other.at, self.by * other.at.abs() + other.by * self.at.abs())
    }
}

impl Quantity for Near {
    fn of(x: f64) -> Self {
        Self { at: x, by: 0.0 }
    }

    fn logistic(self) -> Self {
        let at = logistic(self.at);
        Self { at, by: at * (1.0 - at) * self.by + 4.0 * at }
    }

    fn tanh(self) -> Self {
        let at = self.at.tanh();
        Self { at, by: (1.0 - at * at) * self.by + 4.0 * at.abs() }
    }

    fn dot(w: &[f64], x: &[Self]) -> Self {
        let terms = || w.iter().zip(x);
        let magnitude: f64 = terms().map(|(w, x)| (w * x.at).abs()).sum();
        let carried: f64 = terms().map(|(w, x)| w.abs() * x.by).sum();
        let at = terms().map(|(w, x)| w * x.at).sum();
        Self { at, by: 8.0 * (w.len() as f64).sqrt() * magnitude + carried }
    }
}

#[cfg(test)]
mod tests {
    use super::{Near, Quantity};

    /// Rounding to 24 bits stays within what is allowed, and uses a part of it.
    #[test]
    fn single_precision_stays_within_its_bounds() {
        let (w, x) = ([0.3f32, -0.7, 1.1, 0.9], [0.2f32, 0.5, -0.4, 0.7]);
        let sum = w.iter().zip(&x).fold(0f32, |sum, (w, x)| sum + w * x);
        let single = (sum.tanh() + 0.1) * sum - 0.05;
        let x = x.map(|x| Near::of(x.into()));
        let sum = Near::dot(&w.map(f64::from), &x);
        let near = (sum.tanh() + Near::of(0.1f32.into())) * sum - Near::of(0.05f32.into());
        let share = (f64::from(single) - near.at).abs() / (near.by * 2f64.powi(-24));
        assert!(share > 1e-4 && share < 1.0, "{share}");
        let logistic = sum.logistic();
        assert!(logistic.factor() > 4.0 && logistic.by < sum.by + 4.0);
    }
}
