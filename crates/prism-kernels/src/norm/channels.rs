//! Arrays of channels and what normalises them: the arguments that batch normalisation and its fused form share.

use super::BATCH_NORM_APPLY;
use crate::argument::{extents, listed, require};
use prism_device::{Arg, Buffer, ErrorKind, Float, Result, run};

/// An array `[N, C, …]`, the parameters and the running statistics `[C]` of its channels.
pub(super) struct Channels<'a, T: Float> {
    pub x: &'a Buffer<T>,
    pub gamma: Option<&'a Buffer<T>>,
    pub beta: Option<&'a Buffer<T>>,
    pub running_mean: Option<&'a Buffer<T>>,
    pub running_var: Option<&'a Buffer<T>>,
    /// What is added to the normalised elements, shaped as x.
    pub residual: Option<&'a Buffer<T>>,
    /// What is added to variances.
    pub epsilon: f64,
    /// Whether negative results become 0.
    pub is_rectified: bool,
}

impl<T: Float> Channels<'_, T> {
    /// The extents of x as samples, channels and elements of a channel in a sample; an error where arguments do not fit.
    pub fn judged(&self, operation: &'static str) -> Result<[usize; 3]> {
        let Self { x, epsilon, .. } = self;
        let [n, c, inner @ ..] = x.shape() else {
            return Err(shape(operation, "x", "N, C, ...", x.shape()));
        };
        let is_fit = epsilon.is_finite() && *epsilon >= 0.0;
        require(operation, is_fit, "0 <= epsilon < ∞", || format!("epsilon = {epsilon}"))?;
        let parameters = [
            ("gamma", self.gamma),
            ("beta", self.beta),
            ("running_mean", self.running_mean),
            ("running_var", self.running_var),
        ];
        for (name, parameter) in parameters {
            let Some(parameter) = parameter else { continue };
            let expected = format!("C = {c}");
            let [got] = extents(operation, name, &expected, parameter)?;
            if got != *c {
                return Err(shape(operation, name, &expected, parameter.shape()));
            }
        }
        match self.residual {
            Some(residual) if residual.shape() != x.shape() => {
                Err(shape(operation, "residual", &listed(x.shape()), residual.shape()))
            }
            _ => Ok([*n, *c, inner.iter().product()]),
        }
    }

    /// The normalised elements, by mean and variance of the batch or by the running ones, shaped as x.
    pub fn normalised(&self, [n, c, s]: [usize; 3], batch: Option<[&Buffer<f64>; 2]>) -> Result<Buffer<T>> {
        let device = self.x.device();
        let (none, no_batch) = (device.zeros(&[0])?, device.zeros(&[0])?);
        let running = |r: Option<_>| if batch.is_some() { &none } else { r.unwrap_or(&none) };
        let [mean, variance] = [self.running_mean, self.running_var].map(running);
        let [batch_mean, batch_variance] = batch.unwrap_or([&no_batch; 2]);
        let residual = self.residual.unwrap_or(&none);
        let residual = residual.seen_as(&[if self.residual.is_some() { n } else { 0 }, c, s])?;
        let (x, mut y) = (self.x.seen_as(&[n, c, s])?, device.zeros(&[n, c, s])?);
        let mut arguments = [
            Arg::In(&x),
            Arg::In(&residual),
            Arg::In(mean),
            Arg::In(variance),
            Arg::In(batch_mean),
            Arg::In(batch_variance),
            Arg::In(self.gamma.unwrap_or(&none)),
            Arg::In(self.beta.unwrap_or(&none)),
            Arg::Out(&mut y),
            Arg::Scalar(self.epsilon.into()),
            Arg::Scalar(u32::from(self.is_rectified).into()),
        ];
        run(&BATCH_NORM_APPLY, &mut arguments)?;
        y.reshaped(self.x.shape())
    }
}

fn shape(kernel: &'static str, argument: &'static str, expected: &str, got: &[usize]) -> prism_device::Error {
    ErrorKind::Shape { kernel, argument, expected: expected.into(), got: got.into() }.into()
}
