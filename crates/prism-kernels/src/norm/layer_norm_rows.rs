//! Layer normalisation of rows.

use crate::map::activate;
use crate::rows::{sum, twofold_sum};
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// act(γ·(x − μ)·(σ² + ε)^−½ + β) of every row, μ its mean and σ² its biased variance.
///
/// `x [r, n]` → `y [r, n]`; where wanted `mean [r]` and `rstd [r]` = (σ² + ε)^−½. `gamma` and `beta` have n elements, or
/// none: 1 and 0. `activation` is 0 none, 2 gelu, 3 gelu by tanh. Two passes, the mean in two numbers: a row around 10⁴
/// keeps its digits. A constant row becomes act(β). Rows of up to 4096 elements are read once; those of `form` 0 and 1, a
/// few elements a thread, have up to 256 of them; an even form's are whole multiples of 8. Ba, Kiros & Hinton 2016.
#[kernel(
    threads = super::row_threads(r, n, form),
    block = [128],
    wide(r, k),
    requires(
        m == 0 || m == n,
        b == 0 || b == n,
        k == 0 || k == r,
        activation != 1,
        activation < 4,
        form <= 3,
        form % 2 == 1 || n % 8 == 0,
        n <= if form < 2 { 256 } else { 4096 },
    ),
    types(f16, bf16, f32, f64),
    specialise((activation, form) = [(0, 1), (0, 2), (0, 3), (2, 0), (2, 1), (2, 2), (2, 3), (3, 0), (3, 1), (3, 2), (3, 3)]),
    check(
        r = [0, 3, 33],
        n = [0, 1, 33, 64, 255, 256, 257, 1000, 1500, 2000, 3001, 4095, 4096],
        m = [0, 255, 257, 1000, 3001, 4095, 4096],
        b = [0, 255, 256, 257, 2000, 4095],
        k = [0, 33],
        activation = [0, 2, 3],
        form = [0, 1, 2, 3],
    ),
    bench(r = 1_048_576, n = 64, m = 64, b = 64),
    bench(r = 65_536, n = 1_024, m = 1_024, b = 1_024, form = 2),
    bench(r = 16_384, n = 4_096, m = 4_096, b = 4_096, form = 2),
    bench(r = 65_536, n = 1_024, m = 1_024, b = 1_024, activation = 2, form = 2),
    bench(r = 65_536, n = 1_024, m = 1_024, b = 1_024, activation = 3, form = 2),
    inputs = rows,
    tolerance = Conditioned(condition, 1e-30),
    twin(
        /// [`layer_norm_rows`] of long rows, a block each. Rows of up to 256 KiB are read once; longer ones, and all of `form` 1,
        /// three times.
        layer_norm_long_rows,
        threads = r * super::long_row_threads(n, bytes, form),
        block = super::long_row_threads(n, bytes, form),
        shared = super::long_row_shared(n, bytes, form),
        requires(m == 0 || m == n, b == 0 || b == n, k == 0 || k == r, activation != 1, activation < 4, form <= 1),
        specialise(activation = [2, 3]),
        check(
            r = [0, 9],
            n = [0, 1, 257, 1000, 8192, 8201, 16_385, 32_768, 40_001, 66_000],
            m = [0, 257, 16_385, 32_768, 66_000],
            b = [0, 257, 8201, 32_768, 40_001],
            k = [0, 9],
            activation = [0, 2, 3],
            form = [0, 1],
        ),
        bench(r = 8_192, n = 8_192, m = 8_192, b = 8_192),
        bench(r = 4_096, n = 16_384, m = 16_384, b = 16_384),
        bench(r = 2_048, n = 32_768, m = 32_768, b = 32_768),
    ),
)]
#[allow(clippy::too_many_arguments)]
pub fn layer_norm_rows<T: Float>(
    #[shape(r.., n)] x: &[T],
    #[shape(m)] gamma: &[T],
    #[shape(b)] beta: &[T],
    #[shape(r.., n)] y: &mut [T],
    #[shape(k..)] mean: &mut [f32],
    #[shape(k..)] rstd: &mut [f32],
    epsilon: f64,
    activation: u32,
    form: u32,
) {
    for row in 0..r {
        let x: Vec<f64> = x[row * n..][..n].iter().map(|&x| x.into()).collect();
        let (from_mean, mu, inverse) = moments(&x, epsilon);
        if k > 0 {
            (mean[row], rstd[row]) = (mu as f32, inverse as f32);
        }
        for i in 0..n {
            let (scale, shift) = (gamma.get(i).map_or(1.0, |&g| g.into()), beta.get(i).map_or(0.0, |&b| b.into()));
            y[row * n + i] = T::nearest(activate(scale * from_mean[i] * inverse + shift, activation));
        }
    }
}

/// The distances from the mean, the mean, and the reciprocal of the standard deviation. The mean is taken in two numbers,
/// so that distances near 0 keep their digits.
fn moments(x: &[f64], epsilon: f64) -> (Vec<f64>, f64, f64) {
    let n = x.len() as f64;
    let (total, lost) = twofold_sum(x.iter().copied());
    let mean = total / n;
    let rest = if mean.is_finite() { ((-mean).mul_add(n, total) + lost) / n } else { 0.0 };
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
/// magnitudes. An activation magnifies them by the argument it is taken of, and has its own.
fn condition(case: &Case, output: &str) -> Vec<f64> {
    let n = case.quantity("n") as usize;
    if output != "y" {
        let magnified = |x: &[f64]| {
            let mean = sum(x.iter().copied()).abs().max(f64::MIN_POSITIVE);
            if output == "mean" { 8.0 * sum(x.iter().map(|x| x.abs())) / mean } else { 8.0 }
        };
        return case.doubles("x").chunks(n.max(1)).map(magnified).collect();
    }
    let activation = case.quantity("activation") as u32;
    let (x, gamma, beta) = (case.doubles("x"), case.doubles("gamma"), case.doubles("beta"));
    x.chunks(n.max(1))
        .flat_map(|x| {
            let (from_mean, _, inverse) = moments(x, 1e-5);
            let (gamma, beta) = (&gamma, &beta);
            from_mean.into_iter().enumerate().map(move |(i, distance)| {
                let product = gamma.get(i).unwrap_or(&1.0) * distance * inverse;
                let shift = beta.get(i).unwrap_or(&0.0);
                let factor = 8.0 * (product.abs() + shift.abs()) / (product + shift).abs().max(f64::MIN_POSITIVE);
                gelu_condition(product + shift, factor, activation)
            })
        })
        .collect()
}

/// The tolerance of gelu at z, given that z itself is within `factor` roundings: gelu′/gelu·z of them, and gelu's own.
fn gelu_condition(z: f64, factor: f64, activation: u32) -> f64 {
    match activation {
        2 => factor * (1.0 + z * z) + 8.0 + 2.0 * z * z,
        3 => {
            factor * (1.0 + 2.0 * z.abs() + 0.5 * z.powi(4).abs())
                + 8.0
                + 8.0 * crate::map::plain::gelu_argument(z).abs()
        }
        _ => factor,
    }
}

#[cfg(test)]
mod tests {
    use super::layer_norm_rows;
    use approx::assert_relative_eq;
    use prism_device::Device;

    /// The normalised row is ∓1; x·Φ(x) there in 50 digits, mpmath 1.4.
    #[test]
    fn an_activation_follows() {
        let device = Device::cpu();
        let x = device.upload(&[-1.0f64, 1.0], &[1, 2]).unwrap();
        let none = device.zeros(&[0]).unwrap();
        let (mut mean, mut rstd) = (device.zeros(&[0]).unwrap(), device.zeros(&[0]).unwrap());
        let mut y = device.zeros(&[1, 2]).unwrap();
        layer_norm_rows(&x, &none, &none, &mut y, &mut mean, &mut rstd, 0.0, 2, 1).unwrap();
        let y = y.download().unwrap();
        assert_relative_eq!(y[0], -0.158_655_253_931_457_05, max_relative = 1e-14);
        assert_relative_eq!(y[1], 0.841_344_746_068_542_9, max_relative = 1e-14);
    }
}
