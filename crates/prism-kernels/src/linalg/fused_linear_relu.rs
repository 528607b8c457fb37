//! The positive part of a linear layer.

use super::linear::linear;
use crate::map::Activation;
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// max(X·Wᵀ + b, 0).
///
/// `x […, in]`, `w [out, in]`, `b [out]` → `[…, out]`. Equals `torch.relu(torch.nn.functional.linear(x, w, b))`; NaN stays NaN.
/// O(out·in) a row of x, one write of the result, no scratch.
///
/// # Errors
/// `Shape` where extents do not fit each other; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::GEMM_WIDE, super::GEMM_NARROW))]
pub fn fused_linear_relu<T: Float>(x: &Buffer<T>, w: &Buffer<T>, b: Option<&Buffer<T>>) -> Result<Buffer<T>> {
    linear("fused_linear_relu", x, w, b, Activation::Relu)
}

#[cfg(test)]
mod tests {
    use super::super::known::{equals, scaled};
    use super::fused_linear_relu;
    use prism_device::Device;

    /// `torch.relu(torch.nn.functional.linear(x, w, b))`, torch 2.15.0; every sum is exact.
    #[test]
    fn equals_torch() {
        let (x, w) = (scaled(&[2, 3, 5], 13, 0.125), scaled(&[4, 5], 11, 0.125));
        let bias = scaled(&[4], 5, 0.25);
        let y = fused_linear_relu(&x, &w, Some(&bias)).unwrap();
        equals(&y, &[2, 3, 4], [0.140_625, 0.0, 0.0, 1.203_125, 0.265_625], 6.0625, 99.1875);
        let y = fused_linear_relu(&x, &w, None).unwrap();
        equals(&y, &[2, 3, 4], [0.640_625, 0.125, 0.0, 0.703_125, 0.265_625], 5.25, 72.281_25);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let zeros = |shape: &[usize]| Device::cpu().zeros::<f32>(shape).unwrap();
        let said = |x: &[usize], w: &[usize], b: &[usize]| {
            fused_linear_relu(&zeros(x), &zeros(w), Some(&zeros(b))).unwrap_err().to_string()
        };
        assert_eq!(said(&[2, 3], &[4, 5], &[4]), "fused_linear_relu: `w` must be […, n, k = 3], got [4, 5]");
        assert_eq!(said(&[2, 3], &[3], &[1]), "fused_linear_relu: `w` must be [out, in], got [3]");
        assert_eq!(said(&[2, 3], &[4, 3], &[1, 4]), "fused_linear_relu: `b` must be [out], got [1, 4]");
        assert_eq!(said(&[2, 3], &[4, 3], &[3]), "fused_linear_relu: `b` must be [out = 4], got [3]");
        assert_eq!(said(&[2, 3], &[4, 3], &[1]), "fused_linear_relu: `b` must be [out = 4], got [1]");
        assert_eq!(said(&[], &[4, 3], &[4]), "fused_linear_relu: `x` must be [one extent at least], got []");
    }
}
