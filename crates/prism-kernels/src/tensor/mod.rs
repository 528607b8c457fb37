//! Precision: numbers rounded to sixteen and eight bits and back, and products of matrices on tensor cores.

mod format;
mod fp16_to_fp32;
mod fp32_to_fp16;
mod mma_product;
mod mma_product_fp8;
mod multiply;
mod operands;
mod patterns;
mod product;
mod product_activation;
mod round_bf16;
mod round_f16;
mod round_fp8;
mod scale;
mod tensor_core_matmul;
mod tensor_core_matmul_wmma;
mod widen_fp8;
mod widen_half;

pub use format::{Narrow, Parts, Wide};
pub use fp16_to_fp32::{EightBitFormat, Fp16ToFp32Settings, fp16_to_fp32};
pub use fp32_to_fp16::{Fp32ToFp16Outputs, Fp32ToFp16Settings, NarrowFormat, fp32_to_fp16};
pub use mma_product::{
    MMA_PRODUCT, WMMA_PRODUCT, mma_product, mma_product_reference, wmma_product, wmma_product_reference,
};
pub use mma_product_fp8::{MMA_PRODUCT_FP8, mma_product_fp8, mma_product_fp8_reference};
pub use product_activation::{PRODUCT_ACTIVATION, product_activation, product_activation_reference};
pub use round_bf16::{ROUND_BF16, round_bf16, round_bf16_reference};
pub use round_f16::{ROUND_F16, round_f16, round_f16_reference};
pub use round_fp8::{ROUND_FP8, round_fp8, round_fp8_reference};
pub use tensor_core_matmul::{
    Operand, ProductFormat, TensorCoreMatmulOutputs, TensorCoreMatmulSettings, tensor_core_matmul,
};
pub use tensor_core_matmul_wmma::{Portable, tensor_core_matmul_wmma};
pub use widen_fp8::{WIDEN_FP8, widen_fp8, widen_fp8_reference};
pub use widen_half::{WIDEN_HALF, widen_half, widen_half_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &ROUND_F16,
    &ROUND_BF16,
    &ROUND_FP8,
    &WIDEN_HALF,
    &WIDEN_FP8,
    &MMA_PRODUCT,
    &MMA_PRODUCT_FP8,
    &WMMA_PRODUCT,
    &PRODUCT_ACTIVATION,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    fp16_to_fp32::fp16_to_fp32_operation,
    fp32_to_fp16::fp32_to_fp16_operation,
    tensor_core_matmul::tensor_core_matmul_operation,
    tensor_core_matmul_wmma::tensor_core_matmul_wmma_operation,
];
