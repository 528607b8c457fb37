//! The positive part of a product of matrices.

use super::product::Product;
use super::product_shape::Names;
use crate::map::Activation;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, Float, Result};

const NAMES: Names = Names { operation: "fused_matmul_relu", operands: ["a", "b"], addend: "" };

/// The settings of [`fused_matmul_relu`].
#[derive(Debug, Clone, Default, PartialEq, Settings)]
pub struct FusedMatmulReluSettings {
    /// Whether a's last two axes are swapped; a vector has no two.
    pub trans_a: bool,
    /// Whether b's are.
    pub trans_b: bool,
}

/// max(op(A)·op(B), 0) of every pair of matrices.
///
/// `a […, M, K]`, `b […, K, N]` as in [`matmul`](super::matmul()) → `[…, M, N]`. Equals `torch.relu(torch.matmul(a, b))`; NaN
/// stays NaN. O(M·N·K) a product, one write of the result, no scratch.
///
/// # Errors
/// `Shape` where extents do not fit each other; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::GEMM_WIDE, super::GEMM_NARROW))]
pub fn fused_matmul_relu<T: Float>(
    a: &Buffer<T>,
    b: &Buffer<T>,
    settings: &FusedMatmulReluSettings,
) -> Result<Buffer<T>> {
    let transposed = [settings.trans_a, settings.trans_b];
    let (factors, activation) = ([1.0, 0.0], Activation::Relu);
    Product { names: NAMES, operands: [a, b], addend: None, transposed, factors, activation }.compute()
}

#[cfg(test)]
mod tests {
    use super::super::known::{equals, ramp};
    use super::{FusedMatmulReluSettings, fused_matmul_relu};
    use prism_device::Device;

    /// `torch.relu(torch.matmul(a, b))`, torch 2.15.0; the numbers are whole, so every sum is exact.
    #[test]
    fn equals_torch() {
        let settings = FusedMatmulReluSettings::default();
        let y = fused_matmul_relu(&ramp(&[2, 1, 5, 7], 13), &ramp(&[3, 7, 4], 11), &settings).unwrap();
        equals(&y, &[2, 3, 5, 4], [9.0, 0.0, 0.0, 46.0, 0.0], 1_399.0, 84_278.0);
    }

    #[test]
    fn nan_stays_nan_and_infinity_follows_the_sums() {
        let a = Device::cpu().upload(&[f32::NAN, 1.0, f32::INFINITY, 1.0, f32::INFINITY, -1.0], &[3, 2]).unwrap();
        let b = Device::cpu().upload(&[1.0, f32::NEG_INFINITY], &[2]).unwrap();
        let y = fused_matmul_relu(&a, &b, &FusedMatmulReluSettings::default()).unwrap().download().unwrap();
        assert!(y[0].is_nan() && y[1].is_nan() && y[2] == f32::INFINITY, "{y:?}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let a = Device::cpu().zeros::<f32>(&[2, 3]).unwrap();
        let settings = FusedMatmulReluSettings { trans_b: true, ..Default::default() };
        assert!(fused_matmul_relu(&a, &a, &settings).is_ok());
        let error = fused_matmul_relu(&a, &a, &FusedMatmulReluSettings::default()).unwrap_err().to_string();
        assert_eq!(error, "fused_matmul_relu: `b` must be […, k = 3, n], got [2, 3]");
    }
}
