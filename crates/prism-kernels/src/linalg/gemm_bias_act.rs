//! A product of matrices, shifted and activated before it is written.

use super::product::Product;
use super::product_shape::Names;
use crate::map::Activation;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

const NAMES: Names = Names { operation: "gemm_bias_act", operands: ["a", "b"], addend: "bias" };

/// The settings of [`gemm_bias_act`].
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct GemmBiasActSettings {
    /// Whether a's last two axes are swapped; a vector has no two.
    pub trans_a: bool,
    /// Whether b's are.
    pub trans_b: bool,
    /// α, the factor of the product.
    pub alpha: f64,
    /// What is applied at the end.
    pub act: Activation,
}

impl Default for GemmBiasActSettings {
    fn default() -> Self {
        Self { trans_a: false, trans_b: false, alpha: 1.0, act: Activation::None }
    }
}

/// act(α·op(A)·op(B) + bias) of every pair of matrices.
///
/// `a […, M, K]`, `b […, K, N]` as in [`matmul`](super::matmul()) → `[…, M, N]`; `bias` broadcasts to that: `[N]` is of columns,
/// `[M, 1]` of rows, `[B, 1, N]` of every product's columns. Sums as in `matmul`; bias and activation in double precision,
/// rounded once. O(M·N·K) a product, one write of the result, no scratch.
///
/// # Errors
/// `Shape` where extents do not fit each other; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::GEMM_WIDE, super::GEMM_NARROW))]
pub fn gemm_bias_act<T: Float>(
    a: &Buffer<T>,
    b: &Buffer<T>,
    bias: Option<&Buffer<T>>,
    settings: &GemmBiasActSettings,
) -> Result<Buffer<T>> {
    let GemmBiasActSettings { trans_a, trans_b, alpha, act: activation } = *settings;
    let (transposed, factors) = ([trans_a, trans_b], [alpha, 1.0]);
    Product { names: NAMES, operands: [a, b], addend: bias, transposed, factors, activation }.compute()
}

#[cfg(test)]
mod tests {
    use super::super::known::{ramp, scaled};
    use super::{GemmBiasActSettings, gemm_bias_act};
    use crate::linalg::{MatmulSettings, matmul};
    use crate::map::Activation;
    use crate::map::activation::activate;
    use approx::assert_relative_eq;
    use prism_device::Device;

    /// `torch.nn.functional.silu` of a product with a column added, torch 2.15.0.
    #[test]
    fn equals_torch() {
        let settings = GemmBiasActSettings { alpha: 0.03125, act: Activation::Silu, ..Default::default() };
        let bias = scaled(&[5, 1], 9, 0.25);
        let y = gemm_bias_act(&ramp(&[5, 7], 13), &ramp(&[7, 4], 11), Some(&bias), &settings).unwrap();
        let y = y.download().unwrap();
        let known = [
            -0.235_511_591_214_888_13,
            -0.186_543_682_693_435_16,
            -0.152_750_025_017_223_84,
            -0.180_427_567_726_843_85,
            0.121_290_414_210_093_47,
        ];
        for (at, known) in [0, 1, 7, 12, 19].into_iter().zip(known) {
            assert_relative_eq!(y[at], known, max_relative = 1e-14);
        }
        assert_relative_eq!(y.iter().sum::<f64>(), 4.218_299_026_742_515, max_relative = 1e-14);
    }

    #[test]
    fn every_activation_is_of_the_shifted_product() {
        let (a, b, bias) = (scaled(&[3, 2, 4], 13, 0.125), scaled(&[3, 5, 4], 11, 0.25), scaled(&[3, 1, 5], 9, 0.5));
        let settings = MatmulSettings { trans_b: true, beta: 1.0, ..Default::default() };
        let shifted = matmul(&a, &b, Some(&bias), &settings).unwrap().download().unwrap();
        for act in Activation::ALL {
            let settings = GemmBiasActSettings { trans_b: true, act, ..Default::default() };
            let y = gemm_bias_act(&a, &b, Some(&bias), &settings).unwrap();
            assert_eq!(y.shape(), [3, 2, 5]);
            let expected: Vec<f64> = shifted.iter().map(|&x| activate(x, act as u32)).collect();
            assert_eq!(y.download().unwrap(), expected, "{act}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let zeros = |shape: &[usize]| Device::cpu().zeros::<f32>(shape).unwrap();
        let (a, b) = (zeros(&[2, 3]), zeros(&[3, 5]));
        let said = |a, b, bias: &[usize]| {
            gemm_bias_act(a, b, Some(&zeros(bias)), &GemmBiasActSettings::default()).unwrap_err().to_string()
        };
        assert_eq!(said(&a, &b, &[2]), "gemm_bias_act: `bias` must be [2, 5, or broadcast to it], got [2]");
        assert_eq!(said(&a, &a, &[5]), "gemm_bias_act: `b` must be […, k = 3, n], got [2, 3]");
    }
}
