//! Products of matrices.

use super::product::Product;
use super::product_shape::Names;
use crate::map::Activation;
use prism_derive::{Settings, operation};
use prism_device::{Buffer, ErrorKind, Float, Result};

const NAMES: Names = Names { operation: "matmul", operands: ["a", "b"], addend: "c" };

/// The settings of [`matmul`].
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct MatmulSettings {
    /// Whether a's last two axes are swapped; a vector has no two.
    pub trans_a: bool,
    /// Whether b's are.
    pub trans_b: bool,
    /// α, the factor of the product.
    pub alpha: f64,
    /// β, the factor of c; c is not read where it is 0.
    pub beta: f64,
}

impl Default for MatmulSettings {
    fn default() -> Self {
        Self { trans_a: false, trans_b: false, alpha: 1.0, beta: 0.0 }
    }
}

/// α·op(A)·op(B) + β·C of every pair of matrices.
///
/// `a […, M, K]`, `b […, K, N]`, each with its last two axes swapped by `trans_a`, `trans_b` → `[…, M, N]`; leading axes
/// broadcast. `a [K]` is a row and `b [K]` a column whose axis the result drops. `c` has the result's shape or broadcasts to
/// it, and is not read where β = 0; K = 0 gives β·C. Sums in `f32`, of `f64` in `f64`, never in TF32. Equals `numpy.matmul`
/// and ONNX `Gemm`. BLAS level 3. O(M·N·K) a product, no scratch.
///
/// # Errors
/// `Requirement` when β is not 0 and there is no c; `Shape` where extents do not fit each other; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::GEMM_WIDE, super::GEMM_NARROW))]
pub fn matmul<T: Float>(
    a: &Buffer<T>,
    b: &Buffer<T>,
    c: Option<&Buffer<T>>,
    settings: &MatmulSettings,
) -> Result<Buffer<T>> {
    let MatmulSettings { trans_a, trans_b, alpha, beta } = *settings;
    if beta != 0.0 && c.is_none() {
        let (condition, values) = ("c unless beta is 0", format!("beta = {beta} and no c"));
        return Err(ErrorKind::Requirement { kernel: NAMES.operation, condition, values }.into());
    }
    let (addend, transposed, factors) = (c.filter(|_| beta != 0.0), [trans_a, trans_b], [alpha, beta]);
    Product { names: NAMES, operands: [a, b], addend, transposed, factors, activation: Activation::None }.compute()
}

#[cfg(test)]
#[path = "matmul_tests.rs"]
mod tests;
