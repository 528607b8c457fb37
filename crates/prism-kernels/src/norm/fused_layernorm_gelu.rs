//! Layer normalisation and the Gaussian error linear unit in one pass.

use super::layer_norm::normalised;
use super::{LAYER_NORM_LONG_ROWS, LAYER_NORM_ROWS, LayerNormSettings};
use crate::map::Approximate;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

/// How layers are normalised and activated.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub struct LayerNormGeluSettings {
    /// The first of the axes that are normalised together, counted from the end when negative.
    pub axis: i64,
    /// What is added to the variance, 0 or more, in the square of the units of x.
    #[alias("eps")]
    pub epsilon: f64,
    /// The form of gelu.
    pub approximate: Approximate,
}

impl Default for LayerNormGeluSettings {
    fn default() -> Self {
        Self { axis: -1, epsilon: 1e-5, approximate: Approximate::None }
    }
}

/// gelu([`layer_norm`](super::layer_norm())(x)), the normalised layer kept in the precision of the arithmetic.
///
/// As of [`layer_norm`](super::layer_norm()): `x [..]`, `gamma`, `beta` of the normalised axes → `y [..]`. One read, one write.
///
/// # Errors
/// As of [`layer_norm`](super::layer_norm()).
#[operation(types(f16, bf16, f32, f64), kernels(LAYER_NORM_ROWS, LAYER_NORM_LONG_ROWS), rows(x = 0))]
pub fn fused_layernorm_gelu<T: Float>(
    x: &Buffer<T>,
    gamma: Option<&Buffer<T>>,
    beta: Option<&Buffer<T>>,
    settings: &LayerNormGeluSettings,
) -> Result<Buffer<T>> {
    let LayerNormGeluSettings { axis, epsilon, approximate } = *settings;
    let layers = LayerNormSettings { axis, epsilon, ..LayerNormSettings::default() };
    Ok(normalised("fused_layernorm_gelu", x, [gamma, beta], &layers, approximate.gelu())?.y)
}

#[cfg(test)]
mod tests {
    use super::{LayerNormGeluSettings, fused_layernorm_gelu};
    use crate::map::{Approximate, gelu_activation};
    use crate::norm::{LayerNormSettings, layer_norm};
    use approx::assert_relative_eq;
    use prism_device::Device;

    #[test]
    fn equals_its_parts() {
        let device = Device::cpu();
        let x: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17) - 8.0).collect();
        let (x, beta) = (device.upload(&x, &[4, 10]).unwrap(), device.upload(&[0.5; 10], &[10]).unwrap());
        let layers = layer_norm(&x, None, Some(&beta), &LayerNormSettings::default()).unwrap().y;
        for (approximate, number) in [(Approximate::None, 0), (Approximate::Tanh, 1)] {
            let settings = LayerNormGeluSettings { approximate, ..LayerNormGeluSettings::default() };
            let fused = fused_layernorm_gelu(&x, None, Some(&beta), &settings).unwrap().download().unwrap();
            let mut parts = device.zeros(&[4, 10]).unwrap();
            gelu_activation(&layers, &mut parts, number).unwrap();
            for (fused, parts) in fused.iter().zip(parts.download().unwrap()) {
                assert_relative_eq!(*fused, parts, max_relative = 1e-14);
            }
        }
    }
}
