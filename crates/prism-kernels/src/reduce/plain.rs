//! Folds in plain loops: the definition of every reduction, and how large its summands are.

use super::reduction::Reduction::{self, ArgMax, ArgMin, L1, L2, LogSumExp, Max, Mean, Min, Product, Sum, SumSquare};
use crate::rows::sum;
use prism_device::conformance::Case;
use prism_device::{Dtype, Float};

/// Two numbers that stand for the elements met so far.
pub(super) type State = [f64; 2];

impl Reduction {
    /// The state of elements with their places.
    pub(super) fn state(self, terms: &[(usize, f64)]) -> State {
        let x = || terms.iter().map(|(_, x)| *x);
        match self {
            Sum | Mean => [sum(x()), 0.0],
            L1 => [sum(x().map(f64::abs)), 0.0],
            L2 | SumSquare => [sum(x().map(|x| x * x)), 0.0],
            Product => self.joined(terms.iter().map(|(_, x)| [*x, 0.0])),
            LogSumExp => {
                let largest = x().fold(f64::NEG_INFINITY, f64::max);
                [largest, sum(x().map(|x| (x - base(largest)).exp()))]
            }
            Min | Max | ArgMin | ArgMax => self.joined(terms.iter().map(|(at, x)| [*x, *at as f64])),
        }
    }

    /// The state of all elements that the states stand for.
    pub(super) fn joined(self, states: impl Iterator<Item = State> + Clone) -> State {
        let (a, b) = (states.clone().map(|s| s[0]), states.clone().map(|s| s[1]));
        match self {
            Sum | Mean | L1 | L2 | SumSquare => [sum(a), sum(b)],
            Product => states.fold([1.0, 0.0], times),
            LogSumExp => {
                let largest = a.fold(f64::NEG_INFINITY, f64::max);
                let moved = |[from, sum]: State| {
                    if from.to_bits() == largest.to_bits() || sum == 0.0 {
                        sum
                    } else {
                        sum * (base(from) - base(largest)).exp()
                    }
                };
                [largest, sum(states.map(moved))]
            }
            Min | Max | ArgMin | ArgMax => {
                let none = if matches!(self, Min | ArgMin) { f64::INFINITY } else { f64::NEG_INFINITY };
                states.fold([none, f64::INFINITY], |x, y| if self.prefers(y, x) { y } else { x })
            }
        }
    }

    /// What the state of `n` elements comes to.
    pub(super) fn result(self, [a, b]: State, n: u64) -> f64 {
        let sum = if a.is_finite() { a + b } else { a };
        match self {
            Sum | L1 | SumSquare => sum,
            Mean => sum / n as f64,
            L2 => sum.sqrt(),
            Product if b != 0.0 => a + b,
            Product | Min | Max => a,
            LogSumExp => base(a) + b.ln(),
            ArgMin | ArgMax => b,
        }
    }

    /// Whether extreme x is to be taken rather than y: NaN beyond all numbers, of equals the first.
    fn prefers(self, x: State, y: State) -> bool {
        let beyond = |x: f64, y: f64| {
            let further = if matches!(self, Min | ArgMin) { x < y } else { x > y };
            further || (x.is_nan() && !y.is_nan())
        };
        beyond(x[0], y[0]) || (!beyond(y[0], x[0]) && x[1] < y[1])
    }

    /// Σ|t| of the result of `n` elements: of their magnitudes, of the result where no summand has the other sign, of 1
    /// inside a logarithm; 0 where the result is exact.
    pub(super) fn magnitude(self, magnitudes: f64, result: f64, n: u64) -> f64 {
        let all = match self {
            Sum => magnitudes,
            Mean => magnitudes / n as f64,
            Product | L1 | L2 | SumSquare => result.abs(),
            LogSumExp => 1.0,
            Min | Max | ArgMin | ArgMax => 0.0,
        };
        if all.is_nan() { f64::INFINITY } else { all }
    }

    /// The same of both numbers of a state.
    fn state_magnitude(self, magnitudes: f64, [a, b]: State) -> f64 {
        match self {
            Mean => self.magnitude(magnitudes, a, 1),
            LogSumExp if b.is_nan() => f64::INFINITY,
            LogSumExp => b,
            other => other.magnitude(magnitudes, a, 1),
        }
    }
}

/// A product and what its rounding lost, after Ogita, Rump & Oishi 2005.
fn times([a, b]: State, [x, y]: State) -> State {
    let next = a * x;
    let lost = a.mul_add(x, -next);
    [next, if next.is_finite() { a.mul_add(y, b.mul_add(x, lost)) } else { 0.0 }]
}

/// What exponents are taken over.
fn base(largest: f64) -> f64 {
    if largest.is_finite() { largest } else { 0.0 }
}

/// The outputs of a fold.
pub(super) struct Outputs<'a, T> {
    pub(super) y: &'a mut [T],
    pub(super) index: &'a mut [i64],
    pub(super) states: &'a mut [f64],
}

impl<T: Float> Outputs<'_, T> {
    /// Writes the fold number `at`, of `n` elements.
    pub(super) fn put(&mut self, how: u32, state: State, n: u64, at: usize) {
        let reduction = Reduction::of(how);
        if !self.states.is_empty() {
            self.states[2 * at..][..2].copy_from_slice(&state);
        } else if reduction.is_place() {
            self.index[at] = reduction.result(state, n) as i64;
        } else {
            self.y[at] = T::nearest(reduction.result(state, n));
        }
    }
}

/// Σ|t| of every fold of elements, from the elements of each.
pub(super) fn magnitudes(case: &Case, items: impl Iterator<Item = Vec<f64>>) -> Vec<f64> {
    let reduction = Reduction::of(case.quantity("how") as u32);
    let arithmetic = if element(case) == Dtype::F64 { Dtype::F64 } else { Dtype::F32 };
    let of = |x: Vec<f64>| {
        let state = reduction.state(&x.iter().copied().enumerate().collect::<Vec<_>>());
        tolerated(case, state, sum(x.iter().map(|x| x.abs())), x.len() as u64, arithmetic)
    };
    items.flat_map(of).collect()
}

/// Σ|t| of a fold of `n` elements, whose own sum of magnitudes is given, in units of the output: the arithmetic has its
/// own. Of `f16` and `bf16` the reference and the output may be different neighbours of the result.
pub(super) fn tolerated(case: &Case, state: State, magnitudes: f64, n: u64, arithmetic: Dtype) -> Vec<f64> {
    let reduction = Reduction::of(case.quantity("how") as u32);
    if case.quantity("ends") == 0 {
        return vec![reduction.state_magnitude(magnitudes, state) * arithmetic.roundoff() / Dtype::F64.roundoff(); 2];
    }
    let (result, dtype) = (reduction.result(state, n), element(case));
    let neighbour = if matches!(dtype, Dtype::F16 | Dtype::BF16) { result.abs() / 8.0 } else { 0.0 };
    vec![reduction.magnitude(magnitudes, result, n) * arithmetic.roundoff() / dtype.roundoff() + neighbour]
}

/// The type of a fold's elements.
fn element(case: &Case) -> Dtype {
    case.values.iter().find(|(name, _)| *name == "y").map_or(Dtype::F64, |(_, y)| y.dtype())
}

#[cfg(test)]
mod tests {
    use super::Reduction::Product;

    /// (1 + 2⁻²⁷)² = 1 + 2⁻²⁶ + 2⁻⁵⁴, and that squared is 1 + 2⁻²⁵ + 3·2⁻⁵³ + 2⁻⁷⁹ + 2⁻¹⁰⁸.
    #[test]
    fn a_product_keeps_what_its_roundings_lost() {
        let power = |k: i32| 2f64.powi(k);
        let x = 1.0 + power(-27);
        let square = Product.state(&[(0, x), (1, x)]);
        assert_eq!(square, [1.0 + power(-26), power(-54)]);
        let fourth = Product.joined([square, square].into_iter());
        assert_eq!(fourth, [1.0 + power(-25) + power(-52), power(-53) + power(-79)]);
        assert_eq!(Product.state(&[(0, 1e200), (1, 1e200), (2, 0.5)]), [f64::INFINITY, 0.0]);
    }
}
