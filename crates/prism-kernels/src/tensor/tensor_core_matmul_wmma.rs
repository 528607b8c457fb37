//! Products of matrices on tensor cores of any make: the yardstick of the other path.

use super::WMMA_PRODUCT;
use super::multiply::{Addends, product, rounded};
use super::tensor_core_matmul::{Operand, TensorCoreMatmulOutputs, TensorCoreMatmulSettings};
use prism_derive::operation;
use prism_device::{Buffer, Float, Result};

/// What every tensor core multiplies: `f16`, `bf16`, or `f32` of which it sees 11 bits.
pub trait Portable: Operand + Float {}

impl<T: Operand + Float> Portable for T {}

/// act(α·op(a)·op(b) + β·c + bias) + residual by `nvcuda::wmma`, sums in `f32`.
///
/// As [`tensor_core_matmul`](super::tensor_core_matmul), of `f16`, `bf16` or `f32`: `a […, m, k]`, `b […, k, n]` → `[…, m, n]`;
/// `c` and `residual` in the shape of the output or `[m, n]`, `bias [n]`. The formats of a and b are not read. Equals
/// `numpy.matmul` and ONNX `Gemm`. Fasi et al. 2021. O(m·n·k) for each product.
///
/// # Errors
/// `Shape` where the extents of a and b or what is added do not fit; `Requirement` where β is not 0 without c, or k is not
/// below 2³²; out of memory.
#[operation(
    types(f16, bf16, f32),
    kernels(super::WMMA_PRODUCT, super::PRODUCT_ACTIVATION, super::ROUND_F16, super::ROUND_BF16, super::ROUND_FP8)
)]
pub fn tensor_core_matmul_wmma<T: Portable>(
    a: &Buffer<T>,
    b: &Buffer<T>,
    c: Option<&Buffer<f32>>,
    bias: Option<&Buffer<f32>>,
    residual: Option<&Buffer<f32>>,
    settings: &TensorCoreMatmulSettings,
) -> Result<TensorCoreMatmulOutputs> {
    let addends = Addends { c, bias, residual };
    let y = product("tensor_core_matmul_wmma", &WMMA_PRODUCT, [a, b], &[], &addends, &[], settings)?;
    rounded(y, None, settings.output)
}

#[cfg(test)]
mod tests {
    use crate::tensor::{TensorCoreMatmulSettings, tensor_core_matmul, tensor_core_matmul_wmma};
    use prism_device::{Device, bf16};

    #[test]
    fn both_paths_compute_the_same_product() {
        let device = Device::cpu();
        let numbers: Vec<bf16> = (0..35).map(|i| bf16::from_f32((i * 7 % 11) as f32 - 5.0)).collect();
        let (a, b) = (device.upload(&numbers, &[5, 7]).unwrap(), device.upload(&numbers, &[7, 5]).unwrap());
        let settings = TensorCoreMatmulSettings { alpha: 0.5, ..Default::default() };
        let portable = tensor_core_matmul_wmma(&a, &b, None, None, None, &settings).unwrap().f32.unwrap();
        let own = tensor_core_matmul(&a, &b, None, None, None, None, None, None, &settings).unwrap().f32.unwrap();
        assert_eq!((portable.shape(), portable.download().unwrap()), (&[5, 5][..], own.download().unwrap()));
    }

    #[test]
    fn its_refusals_carry_its_name() {
        let device = Device::cpu();
        let (a, b) = (device.zeros::<f32>(&[2, 3]).unwrap(), device.zeros(&[4, 5]).unwrap());
        let error = tensor_core_matmul_wmma(&a, &b, None, None, None, &TensorCoreMatmulSettings::default());
        let text = "tensor_core_matmul_wmma: `b` must be […, k = 3, n], got [4, 5]";
        assert_eq!(error.unwrap_err().to_string(), text);
    }
}
