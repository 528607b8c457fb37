//! What a neuron makes of its drive.

use std::{fmt, str::FromStr};

/// The function f of a reservoir's neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activation {
    /// tanh s.
    #[default]
    Tanh,
    /// s.
    Identity,
    /// max(0, s).
    Relu,
    /// 1/(1 + e^(−s)).
    Sigmoid,
}

const NAMES: [(&str, Activation); 4] = [
    ("tanh", Activation::Tanh),
    ("identity", Activation::Identity),
    ("relu", Activation::Relu),
    ("sigmoid", Activation::Sigmoid),
];

/// f(s) of the activation of that number, in the order of [`Activation`].
pub(super) fn activate(f: u32, s: f64) -> f64 {
    match f {
        0 => s.tanh(),
        1 => s,
        2 if s.is_nan() => s,
        2 => s.max(0.0),
        _ => 1.0 / (1.0 + (-s).exp()),
    }
}

impl FromStr for Activation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, f)| *f).ok_or("use tanh, identity, relu or sigmoid")
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(NAMES[*self as usize].0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Activation, NAMES, activate};

    #[test]
    fn names_are_read_as_they_are_written() {
        for (name, f) in NAMES {
            assert_eq!((f.to_string().as_str(), name.parse()), (name, Ok(f)));
        }
        assert_eq!("step".parse::<Activation>(), Err("use tanh, identity, relu or sigmoid"));
    }

    #[test]
    fn numbers_are_those_of_the_names() {
        let values = NAMES.map(|(_, f)| activate(f as u32, -0.5));
        let [tanh, identity, relu, sigmoid] = values;
        approx::assert_relative_eq!(tanh, -0.462_117_157_260_009_76);
        approx::assert_relative_eq!(sigmoid, 0.377_540_668_798_145_4);
        assert_eq!((identity, relu), (-0.5, 0.0));
        assert!(activate(2, f64::NAN).is_nan());
    }
}
