//! What a neuron makes of its drive.

use prism_derive::Setting;

/// The function f of a reservoir's neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
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

#[cfg(test)]
mod tests {
    use super::{
        Activation::{Identity, Relu, Sigmoid, Tanh},
        activate,
    };

    #[test]
    fn numbers_are_those_of_the_names() {
        let values = [Tanh, Identity, Relu, Sigmoid].map(|f| activate(f as u32, -0.5));
        let [tanh, identity, relu, sigmoid] = values;
        approx::assert_relative_eq!(tanh, -0.462_117_157_260_009_76);
        approx::assert_relative_eq!(sigmoid, 0.377_540_668_798_145_4);
        assert_eq!((identity, relu), (-0.5, 0.0));
        assert!(activate(2, f64::NAN).is_nan());
    }
}
