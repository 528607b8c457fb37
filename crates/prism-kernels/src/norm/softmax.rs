//! Softmax of rows.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// exp((x − m)/T) / Σ exp((x − m)/T) of every row, m its largest element; or its logarithm.
///
/// `x [r, n]` → `y [r, n]`, T = `temperature` > 0. With `log_form` = 1 `(x − m)/T − ln Σ`. A row with NaN or +∞, and one that
/// is −∞ throughout, is NaN. Within (16 + |x − m|/T) units of roundoff. Rows of up to 8192 elements are read once, longer ones
/// twice. Equals `torch.softmax` and `log_softmax` along the last axis. Milakov & Gimelshein 2018.
#[kernel(
    threads = r * if n <= 256 { 32 } else if n <= 1024 { 128 } else if n <= 4096 { 512 } else { 1024 },
    block = [1024],
    wide(r),
    requires(log_form <= 1),
    types(f16, bf16, f32, f64),
    check(r = [0, 1, 2, 33], n = [0, 1, 2, 31, 33, 257, 1000, 1025, 4097, 8192, 20_000], log_form = [0, 1]),
    bench(r = 65_536, n = 1_024, log_form = 0),
    bench(r = 16_384, n = 4_096, log_form = 0),
    bench(r = 2_048, n = 32_768, log_form = 0),
    inputs = rows,
    tolerance = Conditioned(condition, 1e-30),
)]
pub fn softmax<T: Float>(#[shape(r, n)] x: &[T], #[shape(r, n)] y: &mut [T], temperature: f64, log_form: u32) {
    for row in 0..r {
        let x: Vec<f64> = x[row * n..][..n].iter().map(|&x| x.into()).collect();
        let z = exponents(&x, temperature);
        let sum = sum(z.iter().map(|z| z.exp()));
        for (y, z) in y[row * n..][..n].iter_mut().zip(z) {
            *y = T::nearest(if log_form == 1 { z - sum.ln() } else { z.exp() / sum });
        }
    }
}

/// (x − m)/T; m is NaN where an element is, so that the row is.
fn exponents(x: &[f64], temperature: f64) -> Vec<f64> {
    let most = x.iter().copied().fold(f64::NEG_INFINITY, |m, x| if x.is_nan() { x } else { m.max(x) });
    x.iter().map(|x| (x - most) / temperature).collect()
}

fn rows(case: &mut Case) {
    let n = case.quantity("n") as usize;
    *case.value("temperature") = prism_device::conformance::Value::Scalar(0.75f64.into());
    case.change("x", |x| {
        for (row, x) in x.chunks_mut(n.max(1)).enumerate() {
            match row {
                4 => x.fill(f64::NEG_INFINITY),
                5 => x[n / 2] = f64::INFINITY,
                6 => x[n - 1] = f64::NAN,
                7 => x[..n / 2].fill(f64::NEG_INFINITY),
                8 => x.iter_mut().for_each(|x| *x *= 100.0),
                _ => {}
            }
        }
    });
}

/// How much the rounding of an exponent is magnified; the logarithm differs by that much of 1.
fn condition(case: &Case, _: &str) -> Vec<f64> {
    let n = case.quantity("n") as usize;
    let rows = case.doubles("x");
    let factors = rows.chunks(n.max(1)).flat_map(|x| exponents(x, 0.75)).map(|z| 16.0 + z.abs());
    if case.quantity("log_form") == 0 {
        return factors.collect();
    }
    let logarithms = rows.chunks(n.max(1)).flat_map(|x| {
        let z = exponents(x, 0.75);
        let sum = sum(z.iter().map(|z| z.exp()));
        z.into_iter().map(move |z| (z - sum.ln()).abs().max(f64::MIN_POSITIVE))
    });
    factors.zip(logarithms).map(|(factor, y)| factor * (1.0 + y) / y).collect()
}

#[cfg(test)]
mod tests {
    use super::softmax;
    use approx::assert_relative_eq;
    use prism_device::Device;

    fn call(x: &[f64], n: usize, temperature: f64, log_form: u32) -> Vec<f64> {
        let device = Device::cpu();
        let x = device.upload(x, &[x.len() / n, n]).unwrap();
        let mut y = device.zeros(x.shape()).unwrap();
        softmax(&x, &mut y, temperature, log_form).unwrap();
        y.download().unwrap()
    }

    #[test]
    fn shares_follow_the_exponents() {
        let x = [0.0, 2f64.ln(), 5f64.ln(), 1e4, 1e4, 1e4 + 2f64.ln()];
        let y = call(&x, 3, 1.0, 0);
        for (y, expected) in y.iter().zip([0.125, 0.25, 0.625, 0.25, 0.25, 0.5]) {
            assert_relative_eq!(*y, expected, max_relative = 1e-11);
        }
        for (log, y) in call(&x, 3, 1.0, 1).into_iter().zip(y) {
            assert_relative_eq!(log, y.ln(), max_relative = 1e-14);
        }
        assert_relative_eq!(call(&[0.0, 4f64.ln()], 2, 2.0, 0)[1], 2.0 / 3.0, max_relative = 1e-15);
    }

    #[test]
    fn rows_that_cannot_be_shared_out_are_nan() {
        let infinite = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, 0.0, f64::NAN, 0.0];
        assert!(call(&infinite, 2, 1.0, 0).iter().all(|y| y.is_nan()));
        assert_eq!(call(&[f64::NEG_INFINITY, 3.0], 2, 1.0, 0), [0.0, 1.0]);
    }
}
