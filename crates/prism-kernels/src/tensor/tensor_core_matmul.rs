//! Products of matrices on tensor cores.

use super::multiply::{Addends, product, rounded};
use super::scale::Scaled;
use super::{EightBitFormat, MMA_PRODUCT, MMA_PRODUCT_FP8, WIDEN_FP8};
use crate::argument::require;
use crate::map::Activation;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{AnyBuffer, Arg, Buffer, Dtype, Element, Result, bf16, f16, run};

const NAME: &str = "tensor_core_matmul";

/// What a tensor core multiplies: `f16`, `bf16`, `f32` of which it sees 11 bits, or `u8`, codes of eight-bit numbers.
pub trait Operand: Element {}

impl Operand for f16 {}
impl Operand for bf16 {}
impl Operand for f32 {}
impl Operand for u8 {}

/// What a product is rounded to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum ProductFormat {
    /// Not at all.
    #[default]
    F32,
    /// IEEE 754 binary16; what lies beyond 65504 is ±∞.
    F16,
    /// The upper half of an `f32`.
    Bf16,
    /// Eight bits, three of them fraction; beyond 448 lies ±448.
    E4m3,
    /// Eight bits, two of them fraction; beyond 57344 lies ±57344.
    E5m2,
}

/// What [`tensor_core_matmul`] and [`tensor_core_matmul_wmma`](super::tensor_core_matmul_wmma) compute.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct TensorCoreMatmulSettings {
    /// Whether the last two extents of a are exchanged.
    pub trans_a: bool,
    /// Whether the last two extents of b are exchanged.
    pub trans_b: bool,
    /// The factor α of the product, rounded to `f32`.
    pub alpha: f64,
    /// The factor β of c, rounded to `f32`; c is not read where it is 0.
    pub beta: f64,
    /// What is applied before the residual is added.
    pub activation: Activation,
    /// The format of the output.
    pub output: ProductFormat,
    /// The format of a, where it is stored as `u8`.
    pub format_a: EightBitFormat,
    /// The format of b, where it is stored as `u8`.
    pub format_b: EightBitFormat,
}

impl Default for TensorCoreMatmulSettings {
    fn default() -> Self {
        let (activation, output) = (Activation::default(), ProductFormat::default());
        let (format_a, format_b) = (EightBitFormat::default(), EightBitFormat::default());
        Self { trans_a: false, trans_b: false, alpha: 1.0, beta: 0.0, activation, output, format_a, format_b }
    }
}

/// The product, in the one of these that holds its format.
#[derive(Debug, Outputs)]
pub struct TensorCoreMatmulOutputs {
    /// Numbers of `f32`.
    pub f32: Option<Buffer<f32>>,
    /// Numbers of `f16`.
    pub f16: Option<Buffer<f16>>,
    /// Numbers of `bf16`.
    pub bf16: Option<Buffer<bf16>>,
    /// Codes of e4m3 or e5m2.
    pub fp8: Option<Buffer<u8>>,
}

/// act(α·op(a)·op(b) + β·c + bias) + residual on tensor cores, sums in `f32`.
///
/// `a […, m, k]`, `b […, k, n]` of `f16`, `bf16`, `f32` (11 bits of it are seen) or `u8` (codes of e4m3 or e5m2) → `[…, m, n]`
/// with the leading extents of both together; vectors as in `numpy.matmul`. `c` and `residual` have the shape of the output
/// or, for all products, `[m, n]`; `bias [n]`. `scale_a` and `scale_b` go with `u8`: a stands for a·scale, of one element
/// or, `[…, ⌈n/128⌉]` beside `a […, n]` as it is stored, of one for every 128 neighbours. Numbers of such blocks are
/// multiplied by their scales before, and 11 bits of that are seen: all where scales are powers of two. `scale_y` goes with
/// an output of eight bits, of which it is what is stored that times the scale is meant, likewise for one or for blocks.
/// Any extents: tiles are filled up with zeros; lines that are no multiple of 16 bytes take a slower path. Activations but
/// relu, with the residual, and outputs of sixteen and eight bits are launches of their own over `f32`. Equals `numpy.matmul` and ONNX `Gemm`. Fasi et
/// al. 2021; Micikevicius 2022. O(m·n·k) for each product; both operands in `f32` of scratch where scales are of blocks.
///
/// # Errors
/// `Shape` where the extents of a and b, what is added or a scale do not fit; `Requirement` where β is not 0 without c,
/// scales go with another type, or k is not below 2³²; out of memory.
#[operation(
    types(f16, bf16, f32, u8),
    kernels(
        super::MMA_PRODUCT,
        super::MMA_PRODUCT_FP8,
        super::WIDEN_FP8,
        super::PRODUCT_ACTIVATION,
        super::ROUND_F16,
        super::ROUND_BF16,
        super::ROUND_FP8
    )
)]
#[allow(clippy::too_many_arguments)]
pub fn tensor_core_matmul<T: Operand>(
    a: &Buffer<T>,
    b: &Buffer<T>,
    c: Option<&Buffer<f32>>,
    bias: Option<&Buffer<f32>>,
    residual: Option<&Buffer<f32>>,
    scale_a: Option<&Buffer<f32>>,
    scale_b: Option<&Buffer<f32>>,
    scale_y: Option<&Buffer<f32>>,
    settings: &TensorCoreMatmulSettings,
) -> Result<TensorCoreMatmulOutputs> {
    let is_eight_bits = matches!(settings.output, ProductFormat::E4m3 | ProductFormat::E5m2);
    let fits = scale_y.is_none() || is_eight_bits;
    require(NAME, fits, "no scale_y unless the output has eight bits", || settings.output.to_string())?;
    let addends = Addends { c, bias, residual };
    let y = if T::DTYPE == Dtype::U8 {
        product_of_codes([a, b], [scale_a, scale_b], &addends, settings)?
    } else {
        let unscaled = scale_a.is_none() && scale_b.is_none();
        require(NAME, unscaled, "no scales unless a and b are u8", || T::DTYPE.to_string())?;
        product(NAME, &MMA_PRODUCT, [a, b], &[], &addends, &[], settings)?
    };
    rounded(y, scale_y, settings.output)
}

/// The product of numbers of eight bits: as they are where each operand has one scale, else times their scales in `f32`.
fn product_of_codes<T: Operand>(
    [a, b]: [&Buffer<T>; 2],
    [scale_a, scale_b]: [Option<&Buffer<f32>>; 2],
    addends: &Addends,
    settings: &TensorCoreMatmulSettings,
) -> Result<Buffer<f32>> {
    let none = a.device().zeros(&[0, 0])?;
    let left = Scaled::of(NAME, "scale_a", a, scale_a, &none)?;
    let right = Scaled::of(NAME, "scale_b", b, scale_b, &none)?;
    if left.is_of_blocks() || right.is_of_blocks() {
        let a = widened(&left, settings.format_a)?.reshaped(a.shape())?;
        let b = widened(&right, settings.format_b)?.reshaped(b.shape())?;
        return product(NAME, &MMA_PRODUCT, [&a, &b], &[], addends, &[], settings);
    }
    let scale_a = scale_a.unwrap_or(&none).seen_as(&[left.count()])?;
    let scale_b = scale_b.unwrap_or(&none).seen_as(&[right.count()])?;
    let numbers = [settings.format_a as u32, settings.format_b as u32];
    product(NAME, &MMA_PRODUCT_FP8, [a, b], &[&scale_a, &scale_b], addends, &numbers, settings)
}

/// The numbers of codes times their scales.
fn widened<T: Operand>(codes: &Scaled<T>, format: EightBitFormat) -> Result<Buffer<f32>> {
    let mut numbers = codes.x.device().zeros(&codes.shape)?;
    let format = Arg::Scalar((format as u32).into());
    run(&WIDEN_FP8, &mut [Arg::In(&codes.x), Arg::In(&codes.scale), Arg::Out(&mut numbers), format])?;
    Ok(numbers)
}

#[cfg(test)]
#[path = "tensor_core_matmul_tests.rs"]
mod tests;
