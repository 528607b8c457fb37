//! The functions that end a linear map.

use super::plain::{gelu, gelu_argument, gelu_by_tanh, logistic};
use prism_derive::Setting;

/// What is applied to every element of a linear map at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Activation {
    /// x.
    #[default]
    None,
    /// max(x, 0).
    Relu,
    /// ½x·erfc(−x/√2).
    Gelu,
    /// x·σ(2√(2/π)·(x + 0.044715·x³)).
    GeluTanh,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// tanh x.
    Tanh,
    /// x·σ(x).
    Silu,
}

impl Activation {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::None, Self::Relu, Self::Gelu, Self::GeluTanh, Self::Sigmoid, Self::Tanh, Self::Silu];
}

/// How gelu is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Approximate {
    /// Exactly.
    #[default]
    None,
    /// By tanh.
    Tanh,
}

impl Approximate {
    /// The activation it is.
    pub(crate) fn gelu(self) -> Activation {
        if self == Self::Tanh { Activation::GeluTanh } else { Activation::Gelu }
    }
}

/// The activation of that number.
pub(crate) fn activate(x: f64, activation: u32) -> f64 {
    match activation {
        1 if x < 0.0 => 0.0,
        2 => gelu(x),
        3 => gelu_by_tanh(x),
        4 => logistic(x),
        5 => x.tanh(),
        6 if x == f64::NEG_INFINITY => -0.0,
        6 => x * logistic(x),
        _ => x,
    }
}

/// Units of roundoff that an activation may be off, as the catalogue's kernels of the same name.
pub(crate) fn own_error(x: f64, activation: u32) -> f64 {
    match activation {
        0 | 1 => 0.0,
        2 => 8.0 + 2.0 * x * x,
        3 => 8.0 + 8.0 * gelu_argument(x).abs(),
        6 => 5.0,
        _ => 4.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Activation, activate};
    use approx::assert_relative_eq;

    /// By the formulas of `PyTorch`'s activations with `scipy.special.erf` and `expit`, scipy 1.17.1.
    #[test]
    fn activations_have_their_known_values() {
        const X: [f64; 5] = [-1.5, -0.2, 0.0, 0.7, 3.0];
        let known = [
            (
                "gelu",
                [-0.100_210_801_903_287, -0.084_148_058_112_179_4, 0.0, 0.530_625_443_443_848_9, 2.995_950_305_905_11],
            ),
            (
                "gelu_tanh",
                [
                    -0.100_428_423_019_767_04,
                    -0.084_148_570_217_893_72,
                    0.0,
                    0.530_570_134_705_116_7,
                    2.996_362_607_918_227_3,
                ],
            ),
            (
                "silu",
                [
                    -0.273_638_285_709_534_5,
                    -0.090_033_200_537_504_44,
                    0.0,
                    0.467_731_440_517_716_26,
                    2.857_722_380_467_3,
                ],
            ),
            ("tanh", X.map(f64::tanh)),
            ("sigmoid", X.map(|x| 1.0 / (1.0 + (-x).exp()))),
            ("relu", [0.0, 0.0, 0.0, 0.7, 3.0]),
            ("none", X),
        ];
        for (name, expected) in known {
            let act = <Activation as prism_device::operation::Setting>::parse(name).unwrap();
            assert_eq!(act.to_string(), name);
            for (x, expected) in X.into_iter().zip(expected) {
                assert_relative_eq!(activate(x, act as u32), expected, max_relative = 1e-13);
            }
        }
    }

    #[test]
    fn limits_at_infinity_are_kept() {
        let at = |x: f64| Activation::ALL.map(|act| activate(x, act as u32));
        assert_eq!(at(f64::NEG_INFINITY), [f64::NEG_INFINITY, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0]);
        assert_eq!(at(f64::INFINITY)[1..], [f64::INFINITY, f64::INFINITY, f64::INFINITY, 1.0, 1.0, f64::INFINITY]);
        assert!(at(f64::NAN).iter().all(|y| y.is_nan()));
    }
}
