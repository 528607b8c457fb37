//! Belief update of Gaussian predictive coding.

use super::BELIEF_STEPS;
use prism_derive::{Outputs, operation};
use prism_device::{Arg, Buffer, Real, Result, run};

/// A belief and the errors of its predictions.
#[derive(Debug, Outputs)]
pub struct Belief<T: Real> {
    /// The belief after the last step, `[B, d]`.
    pub mu: Buffer<T>,
    /// ε at the start of the last step, `[B, n]`; of `mu` as it is when there are no steps.
    pub error: Buffer<T>,
}

/// Steps of Gaussian predictive coding: `ε = y − (Wμ + c)`, `μ ← μ + κ·[Wᵀ(π_y∘ε) − π_x∘(μ − η)]`.
///
/// Belief `mu` and prior mean `eta [B, d]`, observations `y [B, n]`, `w [n, d]`, `c [n]` or none, precisions `pi_y` `[1]`
/// or `[n]` and `pi_x` `[1]` or `[d]`. Usual are `kappa` = 0.1 and one step. Its fixed point is the posterior mean of the
/// linear Gaussian model. Rao & Ballard 1999; Friston 2005; Bogacz 2017. O(steps·B·n·d) in one launch, a block a row;
/// no scratch.
///
/// # Errors
/// `Shape` and `Requirement` where the inputs do not fit each other; out of memory.
#[operation(types(f32, f64), kernels(BELIEF_STEPS))]
#[allow(clippy::too_many_arguments)]
pub fn fused_belief_update<T: Real>(
    mu: &Buffer<T>,
    eta: &Buffer<T>,
    y: &Buffer<T>,
    w: &Buffer<T>,
    c: Option<&Buffer<T>>,
    pi_y: &Buffer<T>,
    pi_x: &Buffer<T>,
    #[default(0.1)] kappa: f64,
    #[default(1)] steps: u32,
) -> Result<Belief<T>> {
    let device = mu.device();
    let no_bias = device.zeros(&[0])?;
    let mut next = device.zeros(mu.shape())?;
    let mut error = device.zeros(y.shape())?;
    let [mu, eta, y, w, c, pi_y, pi_x] = [mu, eta, y, w, c.unwrap_or(&no_bias), pi_y, pi_x].map(|x| Arg::In(x));
    let (belief, wrong) = (Arg::Out(&mut next), Arg::Out(&mut error));
    let (kappa, steps) = (Arg::Scalar(kappa.into()), Arg::Scalar(steps.into()));
    run(&BELIEF_STEPS, &mut [mu, eta, y, w, c, pi_y, pi_x, belief, wrong, kappa, steps])?;
    Ok(Belief { mu: next, error })
}

#[cfg(test)]
mod tests {
    use super::{Belief, fused_belief_update};
    use approx::assert_abs_diff_eq;
    use prism_device::Device;

    fn call(kappa: f64, steps: u32) -> Belief<f64> {
        let device = Device::cpu();
        let buffer = |x: &[f64], shape: &[usize]| device.upload(x, shape).unwrap();
        let (mu, eta) = (buffer(&[0.1, 0.2], &[1, 2]), buffer(&[0.0, 0.5], &[1, 2]));
        let (y, w) = (buffer(&[1.0, 0.0, 0.3], &[1, 3]), buffer(&[1.0, 0.5, -0.3, 2.0, 0.2, 0.1], &[3, 2]));
        let (c, pi_y, pi_x) =
            (buffer(&[0.1, 0.0, -0.1], &[3]), buffer(&[1.0, 2.0, 0.5], &[3]), buffer(&[1.0, 3.0], &[2]));
        fused_belief_update(&mu, &eta, &y, &w, Some(&c), &pi_y, &pi_x, kappa, steps).unwrap()
    }

    /// The formula in numpy 2.4.6.
    #[test]
    fn equals_numpy_after_three_steps() {
        let known = [
            (1, [0.1858, 0.1788], [0.7, -0.37, 0.36]),
            (2, [0.251_261_2, 0.187_380_8], [0.6248, -0.30186, 0.34496]),
            (3, [0.302_913_011_2, 0.190_820_732_4], [0.555_048_4, -0.299_383_24, 0.331_009_68]),
        ];
        for (steps, mu, error) in known {
            let belief = call(0.1, steps);
            let numbers = [belief.mu.download().unwrap(), belief.error.download().unwrap()].concat();
            for (got, expected) in numbers.into_iter().zip(mu.into_iter().chain(error)) {
                assert_abs_diff_eq!(got, expected, epsilon = 1e-15);
            }
        }
        let none = call(0.1, 0);
        assert_eq!(none.mu.download().unwrap(), [0.1, 0.2]);
        assert_abs_diff_eq!(none.error.download().unwrap()[0], 0.7, epsilon = 1e-15);
    }

    /// `(diag π_x + Wᵀ diag(π_y) W)⁻¹ (π_x η + Wᵀ π_y (y − c))`, numpy 2.4.6.
    #[test]
    fn the_fixed_point_is_the_posterior_mean() {
        let mu = call(0.1, 2_000).mu.download().unwrap();
        assert_abs_diff_eq!(mu[0], 0.491_622_366_161_689, epsilon = 1e-13);
        assert_abs_diff_eq!(mu[1], 0.205_172_761_674_950_24, epsilon = 1e-13);
    }

    #[test]
    fn precisions_of_another_length_are_refused() {
        let device = Device::cpu();
        let (mu, y) = (device.zeros::<f32>(&[1, 2]).unwrap(), device.zeros(&[1, 3]).unwrap());
        let (w, pi) = (device.zeros(&[3, 2]).unwrap(), device.zeros(&[2]).unwrap());
        let error = fused_belief_update(&mu, &mu, &y, &w, None, &pi, &pi, 0.1, 1).unwrap_err().to_string();
        assert!(error.starts_with("belief_steps: needs k == 1 || k == n, got"), "{error}");
    }
}
