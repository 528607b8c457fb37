//! Softmax along any axis.

use super::softmax_rows::softmax_of_rows;
use super::{SOFTMAX_COLUMNS, SOFTMAX_LONG_COLUMNS, SOFTMAX_LONG_ROWS, SOFTMAX_ROWS};
use crate::argument::{around, require};
use crate::columns;
use prism_derive::{Settings, operation};
use prism_device::{Arg, Buffer, Float, Result, Scalar, run};

const NAME: &str = "softmax";

/// How a softmax is taken.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub struct SoftmaxSettings {
    /// The axis along which shares sum to 1, counted from the end when negative.
    #[alias("dim")]
    pub axis: i64,
    /// T, greater than 0, in the units of x.
    #[alias("T")]
    pub temperature: f64,
    /// The logarithm of the shares instead: `LogSoftmax`.
    pub log: bool,
    /// Shares of 0 where all of x is −∞, where they would be NaN.
    pub masked_zero: bool,
}

impl Default for SoftmaxSettings {
    fn default() -> Self {
        Self { axis: -1, temperature: 1.0, log: false, masked_zero: false }
    }
}

/// exp((x − m)/T) / Σ exp((x − m)/T) along an axis, m the largest x along it; or the logarithm (x − m)/T − ln Σ.
///
/// `x [..]` → `y [..]`. NaN and +∞ along the axis make it NaN, and so does −∞ throughout, but 0 with `masked_zero`. Equals
/// `torch.softmax`, `torch.log_softmax`; ONNX `Softmax` and `LogSoftmax` from opset 13. Milakov & Gimelshein 2018.
/// O(n), read once along the last axis up to 256 KiB, along another up to 1024 elements; else three times or twice.
///
/// # Errors
/// An axis that x does not have; a temperature that is not greater than 0; the logarithm with `masked_zero`; out of memory.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(SOFTMAX_ROWS, SOFTMAX_LONG_ROWS, SOFTMAX_COLUMNS, SOFTMAX_LONG_COLUMNS),
    rows(x = 0)
)]
pub fn softmax<T: Float>(x: &Buffer<T>, settings: &SoftmaxSettings) -> Result<Buffer<T>> {
    let SoftmaxSettings { axis: along, temperature, log, masked_zero } = *settings;
    require(NAME, temperature > 0.0 && temperature.is_finite(), "0 < temperature < ∞", || {
        format!("temperature = {temperature}")
    })?;
    require(NAME, !(log && masked_zero), "masked_zero without log", || "log = true, masked_zero = true".into())?;
    let [o, n, i] = around(NAME, along, x)?;
    let device = x.device();
    let (log, masked) = (u32::from(log), u32::from(masked_zero));
    if i != 1 {
        let mut y = device.zeros(&[o, n, i])?;
        let (kernel, width) = columns::kernel_of::<T>([o, n, i], &SOFTMAX_COLUMNS, &SOFTMAX_LONG_COLUMNS);
        let scalars: [Scalar; 4] = [temperature.into(), log.into(), masked.into(), width.into()];
        let [temperature, log, masked, width] = scalars.map(Arg::Scalar);
        let seen = x.seen_as(&[o, n, i])?;
        run(kernel, &mut [Arg::In(&seen), Arg::Out(&mut y), temperature, log, masked, width])?;
        return y.reshaped(x.shape());
    }
    let (none, mut no_lse) = (device.zeros::<T>(&[0, 1])?, device.zeros(&[0])?);
    let (rows, mut y) = (x.seen_as(&[o, n])?, device.zeros(&[o, n])?);
    softmax_of_rows(&rows, &none, &mut y, &mut no_lse, temperature, [log, masked], 1)?;
    y.reshaped(x.shape())
}

#[cfg(test)]
mod tests {
    use super::{SoftmaxSettings, softmax};
    use approx::assert_relative_eq;
    use prism_device::{Buffer, Device};

    const DEFAULT: SoftmaxSettings = SoftmaxSettings { axis: -1, temperature: 1.0, log: false, masked_zero: false };

    fn call(x: &[f64], shape: &[usize], settings: SoftmaxSettings) -> Vec<f64> {
        let y: Buffer<f64> = softmax(&Device::cpu().upload(x, shape).unwrap(), &settings).unwrap();
        assert_eq!(y.shape(), shape);
        y.download().unwrap()
    }

    #[test]
    fn shares_follow_the_exponents() {
        let x = [0.0, 2f64.ln(), 5f64.ln(), 1e4, 1e4, 1e4 + 2f64.ln()];
        let y = call(&x, &[2, 3], DEFAULT);
        for (y, expected) in y.iter().zip([0.125, 0.25, 0.625, 0.25, 0.25, 0.5]) {
            assert_relative_eq!(*y, expected, max_relative = 1e-11);
        }
        for (log, y) in call(&x, &[2, 3], SoftmaxSettings { log: true, ..DEFAULT }).into_iter().zip(y) {
            assert_relative_eq!(log, y.ln(), max_relative = 1e-14);
        }
        let warm = call(&[0.0, 4f64.ln()], &[2], SoftmaxSettings { temperature: 2.0, ..DEFAULT });
        assert_relative_eq!(warm[1], 2.0 / 3.0, max_relative = 1e-15);
    }

    #[test]
    fn every_axis_has_its_shares() {
        let x: Vec<f64> = (0..24).map(|i| f64::from(i * i % 7)).collect();
        for (axis, [o, n, i]) in [(0, [1, 2, 12]), (1, [2, 3, 4]), (-1, [6, 4, 1])] {
            let y = call(&x, &[2, 3, 4], SoftmaxSettings { axis, ..DEFAULT });
            for (outer, inner) in (0..o).flat_map(|outer| (0..i).map(move |inner| (outer, inner))) {
                let sum: f64 = (0..n).map(|k| y[(outer * n + k) * i + inner]).sum();
                assert_relative_eq!(sum, 1.0, max_relative = 1e-14);
            }
        }
    }

    #[test]
    fn rows_that_cannot_be_shared_out_are_nan_or_zero() {
        let infinite = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, 0.0, f64::NAN, 0.0];
        assert!(call(&infinite, &[3, 2], DEFAULT).iter().all(|y| y.is_nan()));
        let masked = call(&infinite, &[3, 2], SoftmaxSettings { masked_zero: true, ..DEFAULT });
        assert_eq!(masked[..2], [0.0, 0.0]);
        assert!(masked[2..].iter().all(|y| y.is_nan()));
        assert_eq!(call(&[f64::NEG_INFINITY, 3.0], &[1, 2], DEFAULT), [0.0, 1.0]);
        assert_eq!(call(&[], &[3, 0], DEFAULT), [0.0; 0]);
    }

    #[test]
    fn bad_settings_are_named() {
        let x = Device::cpu().zeros::<f32>(&[2, 3]).unwrap();
        let refused = |settings| softmax(&x, &settings).unwrap_err().to_string();
        let axis = "softmax: needs an axis of its input, from -rank to rank - 1, got axis = 2 of 2";
        assert_eq!(refused(SoftmaxSettings { axis: 2, ..DEFAULT }), axis);
        let cold = "softmax: needs 0 < temperature < ∞, got temperature = 0";
        assert_eq!(refused(SoftmaxSettings { temperature: 0.0, ..DEFAULT }), cold);
        let both = "softmax: needs masked_zero without log, got log = true, masked_zero = true";
        assert_eq!(refused(SoftmaxSettings { log: true, masked_zero: true, ..DEFAULT }), both);
    }
}
