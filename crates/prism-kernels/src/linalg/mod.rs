//! Products of matrices, and what follows them before a result is written.
//!
//! Elements are `f16`, `bf16`, `f32` or `f64`; the first two are widened as they are read. Sums are true `f32` or `f64`, never
//! of tensor cores' shorter types.

mod fused_linear_gelu;
mod fused_linear_relu;
mod fused_matmul_relu;
mod gemm_bias_act;
mod gemm_check;
mod gemm_narrow;
mod gemm_plain;

#[cfg(test)]
mod known;
mod linear;
mod matmul;
mod product;
mod product_shape;

pub use fused_linear_gelu::{FusedLinearGeluSettings, fused_linear_gelu};
pub use fused_linear_relu::fused_linear_relu;
pub use fused_matmul_relu::{FusedMatmulReluSettings, fused_matmul_relu};
pub use gemm_bias_act::{GemmBiasActSettings, gemm_bias_act};
pub use gemm_narrow::{GEMM_NARROW, GEMM_WIDE, gemm_narrow, gemm_narrow_reference, gemm_wide, gemm_wide_reference};
pub(crate) use linear::linear;
pub use matmul::{MatmulSettings, matmul};
pub(crate) use product_shape::{Names, Shape};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&GEMM_WIDE, &GEMM_NARROW];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    fused_linear_gelu::fused_linear_gelu_operation,
    fused_linear_relu::fused_linear_relu_operation,
    fused_matmul_relu::fused_matmul_relu_operation,
    gemm_bias_act::gemm_bias_act_operation,
    matmul::matmul_operation,
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_sizes_have_inputs_that_the_references_take() {
        for entry in super::KERNELS {
            let verdict = entry.conform(&prism_device::Device::cpu(), 300, 40).unwrap();
            assert!(verdict.failure.is_none(), "{}: {verdict:?}", entry.name);
        }
    }
}
