//! Batch normalisation.

use super::channel_moments::parts;
use super::channels::Channels;
use super::{CHANNEL_MOMENTS, channel_statistics};
use crate::argument::require;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Arg, Buffer, Float, Result, run};

const NAME: &str = "batch_norm";

/// The options of batch normalisation.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct BatchNormSettings {
    /// Added to variances, 0 or greater.
    pub epsilon: f64,
    /// The share of the batch in the new running statistics, 0 to 1; ONNX's `momentum` is 1 less this.
    pub momentum: f64,
    /// Whether the running variance takes in the variance over count − 1, as in torch; over count, as in ONNX, where not.
    pub running_var_unbiased: bool,
    /// Whether to normalise by the statistics of the batch instead of the running ones.
    pub training: bool,
}

impl Default for BatchNormSettings {
    fn default() -> Self {
        Self { epsilon: 1e-5, momentum: 0.1, running_var_unbiased: true, training: false }
    }
}

/// Normalised elements, and the running statistics after them.
#[derive(Debug, Outputs)]
pub struct BatchNormOutputs<T: Float> {
    /// The normalised elements, shaped as x.
    pub y: Buffer<T>,
    /// The new running mean `[C]`; where running statistics were given in training.
    pub running_mean: Option<Buffer<T>>,
    /// The new running variance `[C]`; where running statistics were given in training.
    pub running_var: Option<Buffer<T>>,
}

/// Batch normalisation y = γ·(x − μ)/√(σ² + ε) + β of every channel.
///
/// `x [N, C, …]`; `gamma` and `beta [C]`, or none: 1 and 0. Without `training` μ and σ² are `running_mean` and `running_var
/// [C]`. With it they are the mean and the biased variance of the batch, and running statistics r, where given, become
/// (1 − momentum)·r + momentum·statistic; a batch without elements leaves them. Statistics in double precision, the mean
/// in two numbers. Equals `torch.nn.functional.batch_norm` and, with `running_var_unbiased` off, ONNX
/// `BatchNormalization`. Ioffe & Szegedy 2015. One read and one write; in training one read more and 16 bytes of scratch
/// for each part of a channel.
///
/// # Errors
/// `Requirement` for an `x` of fewer than two extents, for running statistics that are missing without `training` or one
/// without the other, for one element a channel in training, for `epsilon` below 0 and `momentum` outside of 0 to 1;
/// `Shape` for parameters that do not fit the channels; out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(super::BATCH_NORM_APPLY, super::CHANNEL_MOMENTS, super::CHANNEL_STATISTICS)
)]
pub fn batch_norm<T: Float>(
    x: &Buffer<T>,
    gamma: Option<&Buffer<T>>,
    beta: Option<&Buffer<T>>,
    running_mean: Option<&Buffer<T>>,
    running_var: Option<&Buffer<T>>,
    settings: &BatchNormSettings,
) -> Result<BatchNormOutputs<T>> {
    let momentum = settings.momentum;
    require(NAME, (0.0..=1.0).contains(&momentum), "0 <= momentum <= 1", || format!("momentum = {momentum}"))?;
    let [is_mean, is_var] = [running_mean, running_var].map(|r| r.is_some());
    let given = || format!("training = {}, {is_mean} and {is_var}", settings.training);
    require(NAME, is_mean == is_var, "running_mean and running_var, or neither", given)?;
    require(NAME, is_mean || settings.training, "running_mean and running_var unless training", given)?;
    let (residual, epsilon, is_rectified) = (None, settings.epsilon, false);
    let channels = Channels { x, gamma, beta, running_mean, running_var, residual, epsilon, is_rectified };
    let extents = channels.judged(NAME)?;
    if settings.training {
        return train(&channels, extents, settings);
    }
    Ok(BatchNormOutputs { y: channels.normalised(extents, None)?, running_mean: None, running_var: None })
}

/// Normalises by the statistics of the batch, and moves the running ones towards them.
fn train<T: Float>(
    channels: &Channels<T>,
    [n, c, s]: [usize; 3],
    settings: &BatchNormSettings,
) -> Result<BatchNormOutputs<T>> {
    let (x, device) = (channels.x, channels.x.device());
    require(NAME, n * s != 1, "more than one element a channel in training", || format!("x of {:?}", x.shape()))?;
    let mut moments = device.zeros(&[c, parts(n, c, s), 2])?;
    run(&CHANNEL_MOMENTS, &mut [Arg::In(&x.seen_as(&[n, c, s])?), Arg::Out(&mut moments)])?;
    let (mut mean, mut variance, none) = (device.zeros(&[c])?, device.zeros(&[c])?, device.zeros(&[0])?);
    let [running_mean, running_var] = [channels.running_mean, channels.running_var].map(|r| r.unwrap_or(&none));
    let (mut next_mean, mut next_var) = (device.zeros(running_mean.shape())?, device.zeros(running_var.shape())?);
    let (count, unbiased) = ((n * s) as u64, settings.running_var_unbiased.into());
    let (next, momentum) = ((&mut next_mean, &mut next_var), settings.momentum);
    let batch = (&mut mean, &mut variance);
    channel_statistics(
        &moments,
        running_mean,
        running_var,
        batch.0,
        batch.1,
        next.0,
        next.1,
        count,
        momentum,
        unbiased,
    )?;
    let y = channels.normalised([n, c, s], Some([&mean, &variance]))?;
    let is_given = channels.running_mean.is_some();
    Ok(BatchNormOutputs { y, running_mean: is_given.then_some(next_mean), running_var: is_given.then_some(next_var) })
}

#[cfg(test)]
#[path = "batch_norm_tests.rs"]
pub(super) mod tests;
