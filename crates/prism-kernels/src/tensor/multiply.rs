//! One launch of a kernel of products, and the rounding after it.

use super::operands::Extents;
use super::tensor_core_matmul::{Operand, ProductFormat, TensorCoreMatmulOutputs, TensorCoreMatmulSettings};
use super::{Fp32ToFp16Settings, NarrowFormat, fp32_to_fp16, product_activation};
use crate::argument::require;
use crate::map::Activation;
use prism_device::{AnyBuffer, Arg, Buffer, Entry, Result, run};

/// What is added to a product, in `f32`.
pub(super) struct Addends<'a> {
    pub(super) c: Option<&'a Buffer<f32>>,
    pub(super) bias: Option<&'a Buffer<f32>>,
    pub(super) residual: Option<&'a Buffer<f32>>,
}

/// Runs a kernel of products, with its own buffers after a and b and its own numbers after the transpositions. An
/// activation that takes more than a comparison, and the residual behind it, are a launch of their own: in the kernels
/// their code would slow down every product.
pub(super) fn product<T: Operand>(
    operation: &'static str,
    kernel: &Entry,
    operands: [&Buffer<T>; 2],
    buffers: &[&dyn AnyBuffer],
    addends: &Addends,
    numbers: &[u32],
    settings: &TensorCoreMatmulSettings,
) -> Result<Buffer<f32>> {
    let [a, b] = operands.map(Buffer::shape);
    let extents = Extents::of(operation, a, b, [settings.trans_a, settings.trans_b])?;
    if matches!(settings.activation, Activation::None | Activation::Relu) {
        let y = launch(operation, kernel, &extents, operands, buffers, addends, numbers, settings)?;
        return y.reshaped(&extents.shape);
    }
    let f = extents.addends(operation, "residual", addends.residual)?;
    let linear = TensorCoreMatmulSettings { activation: Activation::None, ..settings.clone() };
    let first = Addends { residual: None, ..*addends };
    let y = launch(operation, kernel, &extents, operands, buffers, &first, numbers, &linear)?;
    let (l, none) = (extents.m * extents.n, y.device().zeros(&[0])?);
    let mut y = y.reshaped(&[extents.products, l])?;
    let residual = addends.residual.unwrap_or(&none).seen_as(&[f, l])?;
    product_activation(&residual, &mut y, settings.activation as u32)?;
    y.reshaped(&extents.shape)
}

/// The products `[…, m, n]` of one launch.
#[allow(clippy::too_many_arguments)]
fn launch<T: Operand>(
    operation: &'static str,
    kernel: &Entry,
    extents: &Extents,
    [a, b]: [&Buffer<T>; 2],
    buffers: &[&dyn AnyBuffer],
    addends: &Addends,
    numbers: &[u32],
    settings: &TensorCoreMatmulSettings,
) -> Result<Buffer<f32>> {
    let TensorCoreMatmulSettings { trans_a, trans_b, beta, .. } = *settings;
    let Extents { m, n, k, matrices: [g, h], products, .. } = *extents;
    require(operation, beta == 0.0 || addends.c.is_some(), "c unless beta is 0", || format!("beta = {beta} and no c"))?;
    let e = extents.addends(operation, "c", addends.c)?.min(if beta == 0.0 { 0 } else { usize::MAX });
    let f = extents.addends(operation, "residual", addends.residual)?;
    let w = extents.rows_of_bias(operation, addends.bias)?;
    let device = a.device();
    let none = device.zeros(&[0])?;
    let (a, b) = (a.seen_as(&[g, m * k])?, b.seen_as(&[h, k * n])?);
    let pairs = extents.pairs(device)?;
    let c = addends.c.filter(|_| e > 0).unwrap_or(&none).seen_as(&[e, m, n])?;
    let bias = addends.bias.unwrap_or(&none).seen_as(&[w, n])?;
    let residual = addends.residual.filter(|_| f > 0).unwrap_or(&none).seen_as(&[f, m, n])?;
    let mut y = device.zeros(&[products, m, n])?;
    let mut args = vec![Arg::In(&a), Arg::In(&b)];
    args.extend(buffers.iter().map(|&buffer| Arg::In(buffer)));
    args.extend([Arg::In(&pairs), Arg::In(&c), Arg::In(&bias), Arg::In(&residual), Arg::Out(&mut y)]);
    let first = [k as u32, trans_a.into(), trans_b.into()];
    args.extend(first.iter().chain(numbers).map(|&number| Arg::Scalar(number.into())));
    args.extend([settings.alpha, beta].map(|factor| Arg::Scalar((factor as f32).into())));
    args.push(Arg::Scalar((settings.activation as u32).into()));
    run(kernel, &mut args)?;
    Ok(y)
}

/// The product, over its scale where it has one, in its format.
pub(super) fn rounded(
    y: Buffer<f32>,
    scale: Option<&Buffer<f32>>,
    output: ProductFormat,
) -> Result<TensorCoreMatmulOutputs> {
    let format = match output {
        ProductFormat::F32 => return Ok(TensorCoreMatmulOutputs { f32: Some(y), f16: None, bf16: None, fp8: None }),
        ProductFormat::F16 => NarrowFormat::F16,
        ProductFormat::Bf16 => NarrowFormat::Bf16,
        ProductFormat::E4m3 => NarrowFormat::E4m3,
        ProductFormat::E5m2 => NarrowFormat::E5m2,
    };
    let rounded = fp32_to_fp16(&y, scale, &Fp32ToFp16Settings { format, saturate: None })?;
    Ok(TensorCoreMatmulOutputs { f32: None, f16: rounded.f16, bf16: rounded.bf16, fp8: rounded.fp8 })
}
