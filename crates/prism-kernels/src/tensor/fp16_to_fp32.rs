//! Numbers of sixteen and eight bits as `f32`.

use super::scale::Scaled;
use super::{Narrow, WIDEN_FP8, WIDEN_HALF};
use prism_derive::{Setting, Settings, operation};
use prism_device::{Arg, Buffer, Dtype, Result, run};

const NAME: &str = "fp16_to_fp32";

/// A floating-point format of eight bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum EightBitFormat {
    /// Three bits of fraction, no infinity: largest number 448.
    #[default]
    E4m3,
    /// Two bits of fraction: largest number 57344.
    E5m2,
}

/// What [`fp16_to_fp32`] reads.
#[derive(Debug, Clone, Default, PartialEq, Settings)]
pub struct Fp16ToFp32Settings {
    /// The format of numbers that are stored as `u8`; those of sixteen bits are of the type they are stored as.
    pub format: EightBitFormat,
}

/// Every number of sixteen or eight bits as `f32`, times its scale where there is one.
///
/// `x` of any shape, `f16`, `bf16` or, as codes, `u8`; `scale` of one element, or `[…, ⌈n/128⌉]` beside `x […, n]` for one of
/// every 128 neighbours. Exact without scales, else stored × scale rounded once. NaN keeps its sign and, from sixteen
/// bits, its payload; it is quiet. Equals `numpy.astype(float32)`, `ml_dtypes` and ONNX `Cast`. Micikevicius 2022. O(n),
/// memory-bound.
///
/// # Errors
/// `Shape` where the scales do not fit x; out of memory.
#[operation(types(f16, bf16, u8), kernels(super::WIDEN_HALF, super::WIDEN_FP8))]
pub fn fp16_to_fp32<T: Narrow>(
    x: &Buffer<T>,
    scale: Option<&Buffer<f32>>,
    settings: &Fp16ToFp32Settings,
) -> Result<Buffer<f32>> {
    let none = x.device().zeros(&[0, 0])?;
    let seen = Scaled::of(NAME, "scale", x, scale, &none)?;
    let mut y = x.device().zeros(&seen.shape)?;
    let mut args = vec![Arg::In(&seen.x), Arg::In(&seen.scale), Arg::Out(&mut y)];
    if T::DTYPE == Dtype::U8 {
        args.push(Arg::Scalar((settings.format as u32).into()));
        run(&WIDEN_FP8, &mut args)?;
    } else {
        run(&WIDEN_HALF, &mut args)?;
    }
    y.reshaped(x.shape())
}

#[cfg(test)]
#[path = "fp16_to_fp32_tests.rs"]
mod tests;
