//! Layer normalisation over the last axes.

use super::{LAYER_NORM_LONG_ROWS, LAYER_NORM_ROWS, kernel_of};
use crate::argument::{around, require};
use crate::map::Activation;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Arg, Buffer, ErrorKind, Float, Result, Seen, run};

/// How layers are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub struct LayerNormSettings {
    /// The first of the axes that are normalised together, counted from the end when negative.
    pub axis: i64,
    /// What is added to the variance, 0 or more, in the square of the units of x.
    #[alias("eps")]
    pub epsilon: f64,
    /// Whether the mean is returned.
    pub with_mean: bool,
    /// Whether the reciprocal of the standard deviation is returned.
    pub with_rstd: bool,
}

impl Default for LayerNormSettings {
    fn default() -> Self {
        Self { axis: -1, epsilon: 1e-5, with_mean: false, with_rstd: false }
    }
}

/// Normalised layers, and their moments when asked for.
#[derive(Debug, Outputs)]
pub struct LayerNorm<T: Float> {
    /// γ·(x − μ)·(σ² + ε)^−½ + β.
    pub y: Buffer<T>,
    /// μ, of the axes before the normalised ones.
    pub mean: Option<Buffer<f32>>,
    /// (σ² + ε)^−½, of the same.
    pub rstd: Option<Buffer<f32>>,
}

/// Layer normalisation γ·(x − μ)·(σ² + ε)^−½ + β over all axes from `axis` on, σ² the biased variance.
///
/// `x [..]`; `gamma` γ and `beta` β of the shape of the normalised axes, 1 and 0 where absent. A constant layer becomes β.
/// The mean is right to more than the digits of x, so a layer around 10⁴ keeps its own. Equals
/// `torch.nn.functional.layer_norm`; ONNX `LayerNormalization`. Ba, Kiros & Hinton 2016. O(n), read once up to 256 KiB
/// a layer, else three times.
///
/// # Errors
/// An axis that x does not have; γ or β of another size; a negative ε; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(LAYER_NORM_ROWS, LAYER_NORM_LONG_ROWS), rows(x = 0))]
pub fn layer_norm<T: Float>(
    x: &Buffer<T>,
    gamma: Option<&Buffer<T>>,
    beta: Option<&Buffer<T>>,
    settings: &LayerNormSettings,
) -> Result<LayerNorm<T>> {
    normalised("layer_norm", x, [gamma, beta], settings, Activation::None)
}

/// Layer normalisation, then an activation, in one pass.
pub(super) fn normalised<T: Float>(
    name: &'static str,
    x: &Buffer<T>,
    [gamma, beta]: [Option<&Buffer<T>>; 2],
    settings: &LayerNormSettings,
    activation: Activation,
) -> Result<LayerNorm<T>> {
    let LayerNormSettings { axis, epsilon, with_mean, with_rstd } = *settings;
    require(name, epsilon >= 0.0 && epsilon.is_finite(), "0 <= epsilon < ∞", || format!("epsilon = {epsilon}"))?;
    let [r, of_axis, inner] = around(name, axis, x)?;
    let (n, device) = (of_axis * inner, x.device());
    let none = device.zeros(&[0])?;
    let (gamma, beta) = (flat(name, "gamma", gamma, &none, n)?, flat(name, "beta", beta, &none, n)?);
    let leading = x.shape()[..axis.rem_euclid(x.shape().len() as i64) as usize].to_vec();
    let moments = if with_mean || with_rstd { leading } else { vec![0] };
    let (mut mean, mut rstd) = (device.zeros(&moments)?, device.zeros(&moments)?);
    let (rows, mut y) = (x.seen_as(&[r, n])?, device.zeros(&[r, n])?);
    let (kernel, form) = kernel_of::<T>(device, n, &LAYER_NORM_ROWS, &LAYER_NORM_LONG_ROWS);
    let inputs = [Arg::In(&rows), Arg::In(&gamma), Arg::In(&beta)];
    let outputs = [Arg::Out(&mut y), Arg::Out(&mut mean), Arg::Out(&mut rstd)];
    let scalars = [Arg::Scalar(epsilon.into()), Arg::Scalar((activation as u32).into()), form];
    run(kernel, &mut inputs.into_iter().chain(outputs).chain(scalars).collect::<Vec<_>>())?;
    let y = y.reshaped(x.shape())?;
    Ok(LayerNorm { y, mean: with_mean.then_some(mean), rstd: with_rstd.then_some(rstd) })
}

/// The n elements of an argument in a row, or none.
fn flat<'a, T: Float>(
    kernel: &'static str,
    argument: &'static str,
    given: Option<&'a Buffer<T>>,
    none: &'a Buffer<T>,
    n: usize,
) -> Result<Seen<'a, T>> {
    let Some(buffer) = given else { return none.seen_as(&[0]) };
    if buffer.shape().iter().product::<usize>() != n {
        let (expected, got) = (format!("of {n} elements"), buffer.shape().to_vec());
        return Err(ErrorKind::Shape { kernel, argument, expected, got }.into());
    }
    buffer.seen_as(&[n])
}

#[cfg(test)]
mod tests {
    use super::{LayerNormSettings, layer_norm};
    use approx::assert_relative_eq;
    use prism_device::{Buffer, Device};

    fn up(x: &[f32], shape: &[usize]) -> Buffer<f32> {
        Device::cpu().upload(x, shape).unwrap()
    }

    #[test]
    fn a_layer_gets_mean_beta_and_deviation_gamma() {
        let x = up(&[1.0, 2.0, 3.0, 4.0, 7.0, 7.0, 7.0, 7.0], &[2, 2, 2]);
        let (gamma, beta) = (up(&[2.0; 4], &[2, 2]), up(&[0.5; 4], &[2, 2]));
        let settings = LayerNormSettings { axis: 1, epsilon: 0.0, with_mean: true, with_rstd: true };
        let out = layer_norm(&x, Some(&gamma), Some(&beta), &settings).unwrap();
        let (y, rstd) = (out.y.download().unwrap(), out.rstd.unwrap());
        let step = 1.0 / 1.25f32.sqrt();
        for (y, k) in y.iter().zip([-1.5, -0.5, 0.5, 1.5]) {
            assert_relative_eq!(*y, 2.0 * k * step + 0.5, max_relative = 1e-6);
        }
        assert_eq!(out.mean.unwrap().download().unwrap(), [2.5, 7.0]);
        assert_eq!((rstd.shape(), rstd.download().unwrap()), (&[2][..], vec![step, f32::INFINITY]));
        assert_eq!(out.y.shape(), [2, 2, 2]);
    }

    #[test]
    fn a_constant_layer_becomes_beta_and_a_far_one_keeps_its_digits() {
        let (settings, beta) = (LayerNormSettings::default(), up(&[0.25; 6], &[6]));
        let out = layer_norm(&up(&[1e4; 6], &[1, 6]), None, Some(&beta), &settings).unwrap();
        assert_eq!(out.y.download().unwrap(), [0.25; 6]);
        assert!(out.mean.is_none() && out.rstd.is_none());
        let far = [1e4, 1e4 + 1.0, 1e4 + 2.0];
        let y = layer_norm(&up(&far, &[3]), None, None, &settings).unwrap().y.download().unwrap();
        assert_relative_eq!(y[2], 1.0 / (2.0f32 / 3.0 + 1e-5).sqrt(), max_relative = 1e-6);
    }

    #[test]
    fn bad_arguments_are_named() {
        let (x, five) = (up(&[0.0; 6], &[2, 3]), up(&[0.0; 5], &[5]));
        let settings = LayerNormSettings::default();
        let error = layer_norm(&x, Some(&five), None, &settings).unwrap_err().to_string();
        assert_eq!(error, "layer_norm: `gamma` must be [of 3 elements], got [5]");
        let negative = LayerNormSettings { epsilon: -1.0, ..settings };
        let error = layer_norm(&x, None, None, &negative).unwrap_err().to_string();
        assert_eq!(error, "layer_norm: needs 0 <= epsilon < ∞, got epsilon = -1");
    }
}
