//! The Gaussian error linear unit of a linear layer.

use super::linear::linear;
use crate::map::Approximate;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

/// The settings of [`fused_linear_gelu`].
#[derive(Debug, Clone, Default, PartialEq, Settings)]
pub struct FusedLinearGeluSettings {
    /// How gelu is computed.
    pub approximate: Approximate,
}

/// gelu(X·Wᵀ + b).
///
/// `x […, in]`, `w [out, in]`, `b [out]` → `[…, out]`. Equals `torch.nn.functional.gelu(linear(x, w, b), approximate=…)`, but
/// for its NaN at −∞. Hendrycks & Gimpel 2016. O(out·in) a row of x, one write of the result, no scratch.
///
/// # Errors
/// `Shape` where extents do not fit each other; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::GEMM_WIDE, super::GEMM_NARROW))]
pub fn fused_linear_gelu<T: Float>(
    x: &Buffer<T>,
    w: &Buffer<T>,
    b: Option<&Buffer<T>>,
    settings: &FusedLinearGeluSettings,
) -> Result<Buffer<T>> {
    let activation = settings.approximate.gelu();
    linear("fused_linear_gelu", x, w, b, activation)
}

#[cfg(test)]
mod tests {
    use super::super::known::scaled;
    use super::{FusedLinearGeluSettings, fused_linear_gelu};
    use crate::map::Approximate;
    use approx::assert_relative_eq;
    use prism_device::Device;

    /// `torch.nn.functional.gelu(linear(x, w, b), approximate=…)`, torch 2.15.0: numbers 0, 1, 5, 12 and 23, and the sum.
    #[test]
    fn equals_torch() {
        let known = [
            (
                Approximate::None,
                [
                    0.078_175_814_248_965_03,
                    -0.132_686_337_497_728_57,
                    -0.156_264_370_468_015_83,
                    -0.169_905_080_472_388_2,
                    0.160_632_996_035_395_33,
                ],
                3.164_488_183_961_987,
            ),
            (
                Approximate::Tanh,
                [
                    0.078_175_687_304_973_86,
                    -0.132_692_233_108_488_38,
                    -0.156_283_622_687_304_42,
                    -0.169_969_590_847_587_4,
                    0.160_631_436_419_669_93,
                ],
                3.163_122_279_797_931_5,
            ),
        ];
        let (x, w) = (scaled(&[2, 3, 5], 13, 0.125), scaled(&[4, 5], 11, 0.125));
        let bias = scaled(&[4], 5, 0.25);
        for (approximate, picked, sum) in known {
            let y = fused_linear_gelu(&x, &w, Some(&bias), &FusedLinearGeluSettings { approximate }).unwrap();
            assert_eq!(y.shape(), [2, 3, 4]);
            let y = y.download().unwrap();
            for (at, known) in [0, 1, 5, 12, 23].into_iter().zip(picked) {
                assert_relative_eq!(y[at], known, max_relative = 1e-13);
            }
            assert_relative_eq!(y.iter().sum::<f64>(), sum, max_relative = 1e-13);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let zeros = |shape: &[usize]| Device::cpu().zeros::<f32>(shape).unwrap();
        let error = fused_linear_gelu(&zeros(&[2, 3]), &zeros(&[4, 5]), None, &FusedLinearGeluSettings::default());
        assert_eq!(error.unwrap_err().to_string(), "fused_linear_gelu: `w` must be […, n, k = 3], got [4, 5]");
    }
}
