//! Layer normalisation of rows.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// γ·(x − μ)·(σ² + ε)^−½ + β of every row, with its mean μ and its biased variance σ².
///
/// `x [r, n]` → `y [r, n]`, `mean [r]` and `rstd [r]` = (σ² + ε)^−½. `gamma` and `beta` have n elements, or none: 1 and 0.
/// Two passes, the mean in double precision: a row around 10⁴ keeps its digits. In `f64` the mean would need more than
/// double precision to meet the same tolerance; there is no such form yet. A constant row becomes β. Rows of up to 8192
/// elements are read once. Equals `torch.nn.functional.layer_norm` over the last axis. Ba, Kiros & Hinton 2016.
#[kernel(
    threads = r * if n <= 256 { 32 } else if n <= 1024 { 128 } else if n <= 4096 { 512 } else { 1024 },
    block = [1024],
    wide(r),
    requires(m == 0 || m == n, b == 0 || b == n),
    types(f16, bf16, f32),
    check(r = [0, 1, 2, 33], n = [0, 1, 2, 31, 33, 257, 1000, 1025, 4097, 8192, 20_000], m = [0, 257, 4097, 20_000], b = [0, 257, 4097]),
    bench(r = 65_536, n = 1_024, m = 1_024, b = 1_024),
    bench(r = 16_384, n = 4_096, m = 4_096, b = 4_096),
    bench(r = 2_048, n = 32_768, m = 32_768, b = 32_768),
    inputs = rows,
    tolerance = Conditioned(condition, 0.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn layer_norm<T: Float>(
    #[shape(r, n)] x: &[T],
    #[shape(m)] gamma: &[T],
    #[shape(b)] beta: &[T],
    #[shape(r, n)] y: &mut [T],
    #[shape(r)] mean: &mut [f32],
    #[shape(r)] rstd: &mut [f32],
    epsilon: f64,
) {
    for row in 0..r {
        let x: Vec<f64> = x[row * n..][..n].iter().map(|&x| x.into()).collect();
        let (from_mean, mu, inverse) = moments(&x, epsilon);
        (mean[row], rstd[row]) = (mu as f32, inverse as f32);
        for i in 0..n {
            let (scale, shift) = (gamma.get(i).map_or(1.0, |&g| g.into()), beta.get(i).map_or(0.0, |&b| b.into()));
            y[row * n + i] = T::nearest(scale * from_mean[i] * inverse + shift);
        }
    }
}

/// The distances from the mean, the mean, and the reciprocal of the standard deviation. The mean is taken in two numbers,
/// so that distances near 0 keep their digits.
fn moments(x: &[f64], epsilon: f64) -> (Vec<f64>, f64, f64) {
    let n = x.len() as f64;
    let mean = sum(x.iter().copied()) / n;
    let rest = sum(x.iter().map(|x| x - mean)) / n;
    let from_mean: Vec<f64> = x.iter().map(|x| x - mean - rest).collect();
    let variance = sum(from_mean.iter().map(|d| d * d)) / n;
    (from_mean, mean, 1.0 / (variance + epsilon).sqrt())
}

/// Rows far from 0, constant rows, rows with NaN and infinities.
fn rows(case: &mut Case) {
    let n = case.quantity("n") as usize;
    *case.value("epsilon") = prism_device::conformance::Value::Scalar(1e-5f64.into());
    case.change("x", |x| {
        for (row, x) in x.chunks_mut(n.max(1)).enumerate() {
            match row {
                4 => x.fill(3.5),
                5 => x[n / 2] = f64::INFINITY,
                6 => x[n - 1] = f64::NAN,
                7 => x.iter_mut().for_each(|x| *x += 1e4),
                _ => {}
            }
        }
    });
}

/// 8 roundings of |γ|·|x − μ|·rstd + |β|, as a multiple of the output; 8 of the moments, beside that of the mean of
/// magnitudes.
fn condition(case: &Case, output: &str) -> Vec<f64> {
    let n = case.quantity("n") as usize;
    if output != "y" {
        let magnified = |x: &[f64]| {
            let mean = sum(x.iter().copied()).abs().max(f64::MIN_POSITIVE);
            if output == "mean" { 8.0 * sum(x.iter().map(|x| x.abs())) / mean } else { 8.0 }
        };
        return case.doubles("x").chunks(n.max(1)).map(magnified).collect();
    }
    let (x, gamma, beta) = (case.doubles("x"), case.doubles("gamma"), case.doubles("beta"));
    x.chunks(n.max(1))
        .flat_map(|x| {
            let (from_mean, _, inverse) = moments(x, 1e-5);
            let (gamma, beta) = (&gamma, &beta);
            from_mean.into_iter().enumerate().map(move |(i, distance)| {
                let product = gamma.get(i).unwrap_or(&1.0) * distance * inverse;
                let shift = beta.get(i).unwrap_or(&0.0);
                8.0 * (product.abs() + shift.abs()) / (product + shift).abs().max(f64::MIN_POSITIVE)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::layer_norm;
    use approx::assert_relative_eq;
    use prism_device::Device;

    #[test]
    fn a_row_gets_mean_beta_and_deviation_gamma() {
        let device = Device::cpu();
        let up = |x: &[f32], shape: &[usize]| device.upload(x, shape).unwrap();
        let x = up(&[1.0, 2.0, 3.0, 4.0, 7.0, 7.0, 7.0, 7.0], &[2, 4]);
        let (gamma, beta) = (up(&[2.0; 4], &[4]), up(&[0.5; 4], &[4]));
        let (mut y, mut mean, mut rstd) =
            (up(&[0.0; 8], &[2, 4]), device.zeros(&[2]).unwrap(), device.zeros(&[2]).unwrap());
        layer_norm(&x, &gamma, &beta, &mut y, &mut mean, &mut rstd, 0.0).unwrap();
        let (y, rstd) = (y.download().unwrap(), rstd.download().unwrap());
        let step = 1.0 / 1.25f32.sqrt();
        for (y, k) in y.iter().zip([-1.5, -0.5, 0.5, 1.5]) {
            assert_relative_eq!(*y, 2.0 * k * step + 0.5, max_relative = 1e-6);
        }
        assert_eq!(mean.download().unwrap(), [2.5, 7.0]);
        assert_eq!((rstd[0], rstd[1]), (step, f32::INFINITY));
    }

    #[test]
    fn a_constant_row_becomes_beta() {
        let device = Device::cpu();
        let (x, none) = (device.upload(&[1e4f32; 6], &[1, 6]).unwrap(), device.zeros(&[0]).unwrap());
        let beta = device.upload(&[0.25f32; 6], &[6]).unwrap();
        let (mut y, mut mean, mut rstd) =
            (device.zeros(&[1, 6]).unwrap(), device.zeros(&[1]).unwrap(), device.zeros(&[1]).unwrap());
        layer_norm(&x, &none, &beta, &mut y, &mut mean, &mut rstd, 1e-5).unwrap();
        assert_eq!(y.download().unwrap(), [0.25; 6]);
    }
}
