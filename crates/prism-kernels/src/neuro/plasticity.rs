//! Spike-timing-dependent plasticity of one synapse, as the references of its kernels compute it.

use prism_device::conformance::{Case, Value};
use prism_device::{Real, Scalar};

/// The constants of a step.
pub(super) struct Rule {
    pub potentiation: f64,
    pub depression: f64,
    pub mu_plus: f64,
    pub mu_minus: f64,
    pub w_max: f64,
}

impl Rule {
    /// The weight after a step with or without a spike of either neuron and their decayed traces; a second value says
    /// whether it was in [0, W] before.
    pub fn weight<T: Real>(&self, w: T, (pre, post): (bool, bool), x: f64, y: f64) -> (T, bool) {
        let mut next: f64 = w.into();
        let inside = (0.0..=self.w_max).contains(&next);
        if !inside {
            return (w, false);
        }
        if post {
            next += self.potentiation * power(1.0 - next / self.w_max, self.mu_plus) * x;
        }
        if pre {
            next -= self.depression * power(next / self.w_max, self.mu_minus) * y;
        }
        (T::nearest(next.clamp(0.0, self.w_max)), true)
    }
}

/// z^μ.
fn power(z: f64, mu: f64) -> f64 {
    match mu {
        0.0 => 1.0,
        1.0 => z,
        _ => z.powf(mu),
    }
}

/// Whether neuron `i` of a bit mask spikes.
pub(super) fn spikes_in(mask: &[u32], i: usize) -> bool {
    mask[i / 32] >> (i % 32) & 1 == 1
}

/// Weights inside [0, 1] but for one of 33 rows, traces not negative, every rule; an eighth of the neurons spikes.
pub(super) fn prepare(case: &mut Case, weights: &str) {
    let (n, m) = (case.quantity("n"), case.quantity("m"));
    let [mu_plus, mu_minus] = [[0.0, 0.0], [1.0, 1.0], [0.4, 0.7]][(m % 3) as usize];
    let settings = [
        ("potentiation", 0.25),
        ("depression", 0.3),
        ("mu_plus", mu_plus),
        ("mu_minus", mu_minus),
        ("w_max", 1.0),
        ("decay_plus", 0.995),
        ("decay_minus", 0.99),
    ];
    for (name, value) in settings {
        *case.value(name) = Value::Scalar(Scalar::F64(value));
    }
    case.change(weights, |w| w.iter_mut().for_each(|w| *w = (w.abs() * 0.6).min(1.0)));
    if n == 33 {
        case.change(weights, |w| w.iter_mut().skip(40).take(1).for_each(|w| *w = 1.5));
    }
    for name in ["x", "y"] {
        case.change(name, |trace| trace.iter_mut().for_each(|x| *x = x.abs()));
    }
    for name in ["pre", "post"] {
        if let Value::U32(_, words) = case.value(name) {
            for word in words {
                *word &= word.rotate_left(7) & word.rotate_left(13);
            }
        }
    }
}
