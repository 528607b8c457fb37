//! Batch normalisation, a residual and the rectified linear unit in one pass.

use super::channels::Channels;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

const NAME: &str = "fused_batchnorm_relu";

/// The options of the fused batch normalisation.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct FusedBatchnormReluSettings {
    /// Added to variances, 0 or greater.
    pub epsilon: f64,
}

impl Default for FusedBatchnormReluSettings {
    fn default() -> Self {
        Self { epsilon: 1e-5 }
    }
}

/// max(γ·(x − μ)/√(σ² + ε) + β + residual, 0) of every element, μ and σ² the running statistics of its channel.
///
/// `x [N, C, …]`, `running_mean` and `running_var [C]`; `gamma` and `beta [C]`, or none: 1 and 0; `residual` shaped as x, or
/// none. NaN stays NaN. Equals `relu(batch_norm(x, …) + residual)` of `torch.nn.functional`, rounded once. One read of x and
/// of the residual, one write; no scratch.
///
/// # Errors
/// `Shape` for an `x` of fewer than two extents and for what does not fit it; `Requirement` for `epsilon` below 0; out of
/// memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::BATCH_NORM_APPLY))]
pub fn fused_batchnorm_relu<T: Float>(
    x: &Buffer<T>,
    running_mean: &Buffer<T>,
    running_var: &Buffer<T>,
    gamma: Option<&Buffer<T>>,
    beta: Option<&Buffer<T>>,
    residual: Option<&Buffer<T>>,
    settings: &FusedBatchnormReluSettings,
) -> Result<Buffer<T>> {
    let (running_mean, running_var) = (Some(running_mean), Some(running_var));
    let (epsilon, is_rectified) = (settings.epsilon, true);
    let channels = Channels { x, gamma, beta, running_mean, running_var, residual, epsilon, is_rectified };
    channels.normalised(channels.judged(NAME)?, None)
}

#[cfg(test)]
mod tests {
    use super::super::batch_norm::tests::{BETA, GAMMA, MEAN, VAR, ramp, up};
    use super::{FusedBatchnormReluSettings, fused_batchnorm_relu};
    use crate::norm::{BatchNormSettings, batch_norm};
    use prism_device::Device;

    /// `relu(batch_norm(x, mean, var, gamma, beta) + residual)` of `torch.nn.functional`, torch 2.15.0: all but four are 0.
    #[test]
    fn equals_torch() {
        let residual = ramp(&[2, 3, 4], 7, 0.5);
        let [mean, var, gamma, beta] = [MEAN, VAR, GAMMA, BETA].map(|x| up(&x, &[3]));
        let settings = FusedBatchnormReluSettings::default();
        let x = ramp(&[2, 3, 4], 13, 0.25);
        let y = fused_batchnorm_relu(&x, &mean, &var, Some(&gamma), Some(&beta), Some(&residual), &settings).unwrap();
        let known = [(1, 0.780_328_760_069_667_8), (2, 1.75), (7, 0.914_199_420_449_6), (15, 0.25)];
        for (at, y) in y.download().unwrap().into_iter().enumerate() {
            let expected = known.iter().find(|(place, _)| *place == at).map_or(0.0, |(_, y)| *y);
            approx::assert_relative_eq!(y, expected, max_relative = 1e-14);
        }
    }

    #[test]
    fn without_a_residual_it_is_the_rectified_batch_norm() {
        let x = up(&[-1.0, 2.0, f64::NAN, f64::NEG_INFINITY, 3.0, f64::INFINITY], &[2, 3]);
        let [mean, var] = [MEAN, VAR].map(|x| up(&x, &[3]));
        let plain = batch_norm(&x, None, None, Some(&mean), Some(&var), &BatchNormSettings::default()).unwrap();
        let y =
            fused_batchnorm_relu(&x, &mean, &var, None, None, None, &FusedBatchnormReluSettings::default()).unwrap();
        let rectified = plain.y.download().unwrap().into_iter().map(|y| if y < 0.0 { 0.0 } else { y });
        for (y, expected) in y.download().unwrap().into_iter().zip(rectified) {
            assert!(y == expected || (y.is_nan() && expected.is_nan()), "{y} and {expected}");
        }
    }

    #[test]
    fn a_residual_of_another_shape_is_refused() {
        let x = ramp(&[2, 3, 4], 13, 0.25);
        let [mean, var] = [MEAN, VAR].map(|x| up(&x, &[3]));
        let residual = Device::cpu().zeros(&[2, 3]).unwrap();
        let settings = FusedBatchnormReluSettings::default();
        let error = fused_batchnorm_relu(&x, &mean, &var, None, None, Some(&residual), &settings).unwrap_err();
        assert_eq!(error.to_string(), "fused_batchnorm_relu: `residual` must be [2, 3, 4], got [2, 3]");
    }
}
