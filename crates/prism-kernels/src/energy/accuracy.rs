//! Accuracy of Gaussian predictions.

use super::GAUSSIAN_LOG_DENSITY;
use super::gaussian_log_density::log_density;
use crate::rows::ROW_SUM;
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};

/// Accuracy of predictions, and their errors when asked for.
#[derive(Debug, Outputs)]
pub struct Accuracy<T: Real> {
    /// Logarithmic density of every row, in nats, `[B]`.
    pub accuracy: Buffer<T>,
    /// y − ŷ, `[B, n]`.
    pub error: Option<Buffer<T>>,
}

/// Accuracy Σ −½(π·ε² − ln π + ln 2π) of every row of predictions, ε = y − ŷ, in nats.
///
/// `y, yhat [B, n]`, `precision` π `[n]` for all rows or `[B, n]`, greater than 0 → `accuracy [B]` and, `with_error`, ε.
/// Equals `scipy.stats.norm.logpdf(y, yhat, precision**-0.5).sum(-1)`. One read of each input.
///
/// # Errors
/// `Value` where a precision is 0 or less; `Shape` and `Requirement` where the inputs do not fit each other; out of
/// memory.
#[operation(types(f32, f64), kernels(GAUSSIAN_LOG_DENSITY, ROW_SUM))]
pub fn fused_accuracy_pipeline<T: Real>(
    y: &Buffer<T>,
    yhat: &Buffer<T>,
    precision: &Buffer<T>,
    /// Whether the errors y − ŷ are given out too.
    #[default(false)]
    with_error: bool,
) -> Result<Accuracy<T>> {
    let (y, yhat, precision) = (("y", y), Some(("yhat", yhat)), ("precision", precision));
    let (accuracy, error) = log_density("fused_accuracy_pipeline", y, yhat, precision, with_error)?;
    Ok(Accuracy { accuracy, error })
}

#[cfg(test)]
mod tests {
    use super::fused_accuracy_pipeline;
    use approx::assert_relative_eq;
    use prism_device::Device;

    const Y: [f64; 6] = [1.0, 2.0, 3.0, 0.0, -1.0, 0.5];
    const YHAT: [f64; 6] = [1.5, 1.0, 3.0, 0.0, 0.0, 0.0];

    /// `scipy.stats.norm.logpdf(y, yhat, precision**-0.5).sum(-1)`, scipy 1.17.1.
    #[test]
    fn equals_scipys_normal_density() {
        let device = Device::cpu();
        let (y, yhat) = (device.upload(&Y, &[2, 3]).unwrap(), device.upload(&YHAT, &[2, 3]).unwrap());
        let rows = device.upload(&[1.0, 4.0, 0.25, 1.0, 4.0, 0.25], &[2, 3]).unwrap();
        let all = device.upload(&[1.0, 4.0, 0.25], &[3]).unwrap();
        for precision in [&rows, &all] {
            let out = fused_accuracy_pipeline(&y, &yhat, precision, true).unwrap();
            let accuracy = out.accuracy.download().unwrap();
            assert_relative_eq!(accuracy[0], -4.881_815_599_614_018, max_relative = 1e-15);
            assert_relative_eq!(accuracy[1], -4.788_065_599_614_018, max_relative = 1e-15);
            assert_eq!(out.error.unwrap().download().unwrap(), [-0.5, 1.0, 0.0, 0.0, -1.0, 0.5]);
        }
        assert!(fused_accuracy_pipeline(&y, &yhat, &all, false).unwrap().error.is_none());
    }

    #[test]
    fn a_precision_of_zero_is_refused_by_its_place() {
        let device = Device::cpu();
        let y = device.upload(&Y, &[2, 3]).unwrap();
        let precision = device.upload(&[1.0, 0.0, -1.0], &[3]).unwrap();
        let error = fused_accuracy_pipeline(&y, &y, &precision, false).unwrap_err().to_string();
        assert_eq!(error, "fused_accuracy_pipeline: `precision` must be greater than 0; its element 1 is not");
    }

    #[test]
    fn long_rows_are_the_sum_of_their_parts() {
        let device = Device::cpu();
        let n = 50_001;
        let y: Vec<f32> = (0..n).map(|i| (i % 17) as f32 * 0.25).collect();
        let (y, yhat) = (device.upload(&y, &[1, n]).unwrap(), device.zeros(&[1, n]).unwrap());
        let precision = device.upload(&vec![1.0f32; n], &[n]).unwrap();
        let out = fused_accuracy_pipeline(&y, &yhat, &precision, false).unwrap();
        let squares: f64 = (0..n).map(|i| ((i % 17) as f64 * 0.25).powi(2)).sum();
        let expected = -0.5 * (squares + n as f64 * std::f64::consts::TAU.ln());
        assert_relative_eq!(f64::from(out.accuracy.download().unwrap()[0]), expected, max_relative = 1e-6);
    }
}
