//! Rounding to sixteen and eight bits.

use super::scale::Scaled;
use super::{ROUND_BF16, ROUND_F16, ROUND_FP8, Wide};
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Arg, Buffer, Element, Entry, Result, bf16, f16, run};

const NAME: &str = "fp32_to_fp16";

/// A floating-point format of sixteen or eight bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum NarrowFormat {
    /// IEEE 754 binary16: largest number 65504.
    #[default]
    F16,
    /// The upper half of an `f32`.
    Bf16,
    /// Eight bits, three of them fraction, no infinity: largest number 448.
    E4m3,
    /// Eight bits, two of them fraction: largest number 57344.
    E5m2,
}

/// What [`fp32_to_fp16`] rounds to, and how.
#[derive(Debug, Clone, Default, PartialEq, Settings)]
pub struct Fp32ToFp16Settings {
    /// The format rounded to.
    pub format: NarrowFormat,
    /// Whether what lies beyond the largest number, ±∞ too, becomes that number; absent, only in formats of eight bits.
    pub saturate: Option<bool>,
}

/// The rounded numbers, in the one of these that holds the format.
#[derive(Debug, Outputs)]
pub struct Fp32ToFp16Outputs {
    /// Numbers of `f16`, in the shape of x.
    pub f16: Option<Buffer<f16>>,
    /// Numbers of `bf16`, in the shape of x.
    pub bf16: Option<Buffer<bf16>>,
    /// Codes of e4m3 or e5m2, in the shape of x.
    pub fp8: Option<Buffer<u8>>,
}

/// Every element rounded to a format of sixteen or eight bits, ties to even, from `f32` or, at once, from `f64`.
///
/// `x` of any shape; `scale` of one element, or `[…, ⌈n/128⌉]` beside `x […, n]` for one of every 128 neighbours. What is
/// stored is x/scale, the quotient rounded to the type of x and then to the format: the number meant is stored × scale.
/// Subnormals are kept; beyond the largest number lies ±∞ (NaN in e4m3), or that number where it saturates. NaN keeps its
/// sign and, in sixteen bits, the upper bits of its payload; it is quiet. Equals `numpy.astype(float16)`, `ml_dtypes` and
/// ONNX `Cast`. Micikevicius 2022. O(n), memory-bound.
///
/// # Errors
/// `Shape` where the scales do not fit x; out of memory.
#[operation(types(f32, f64), kernels(super::ROUND_F16, super::ROUND_BF16, super::ROUND_FP8))]
pub fn fp32_to_fp16<T: Wide>(
    x: &Buffer<T>,
    scale: Option<&Buffer<f32>>,
    settings: &Fp32ToFp16Settings,
) -> Result<Fp32ToFp16Outputs> {
    let saturates = |usual: bool| u32::from(settings.saturate.unwrap_or(usual));
    let mut outputs = Fp32ToFp16Outputs { f16: None, bf16: None, fp8: None };
    match settings.format {
        NarrowFormat::F16 => outputs.f16 = Some(rounded(&ROUND_F16, x, scale, &[saturates(false)])?),
        NarrowFormat::Bf16 => outputs.bf16 = Some(rounded(&ROUND_BF16, x, scale, &[saturates(false)])?),
        NarrowFormat::E4m3 => outputs.fp8 = Some(rounded(&ROUND_FP8, x, scale, &[0, saturates(true)])?),
        NarrowFormat::E5m2 => outputs.fp8 = Some(rounded(&ROUND_FP8, x, scale, &[1, saturates(true)])?),
    }
    Ok(outputs)
}

/// Runs one of the roundings with its last arguments.
fn rounded<T: Wide, Y: Element>(
    kernel: &Entry,
    x: &Buffer<T>,
    scale: Option<&Buffer<f32>>,
    numbers: &[u32],
) -> Result<Buffer<Y>> {
    let none = x.device().zeros(&[0, 0])?;
    let seen = Scaled::of(NAME, "scale", x, scale, &none)?;
    let mut y = x.device().zeros(&seen.shape)?;
    let mut args = vec![Arg::In(&seen.x), Arg::In(&seen.scale), Arg::Out(&mut y)];
    args.extend(numbers.iter().map(|&number| Arg::Scalar(number.into())));
    run(kernel, &mut args)?;
    y.reshaped(x.shape())
}

#[cfg(test)]
#[path = "fp32_to_fp16_tests.rs"]
mod tests;
