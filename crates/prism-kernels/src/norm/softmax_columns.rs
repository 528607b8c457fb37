//! Softmax along an axis that is not the last.

use super::softmax_rows::exponents;
use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Softmax along the middle axis: exp((x − m)/T) / Σ exp((x − m)/T) of every column, or the logarithm.
///
/// `x [o, n, i]` → `y [o, n, i]`, as [`softmax_rows`](super::softmax_rows()) on the n elements of a column. A block takes
/// `width` columns, a power of two. Its 512 threads hold all rows at once where that is 64 KiB, else of fewer columns in
/// turn: each is read once. i is even, so that columns of 16 bits go in pairs. No scratch. 512 is computed for `block`,
/// as far as a compiler knows, which leaves 64 registers to a thread, as blocks of 1024 need: two blocks fit a multiprocessor.
#[kernel(
    threads = (o * i).div_ceil(width.max(1)) * if n == 0 { 0 } else { 512 },
    block = 512,
    wide(o, i),
    requires(
        log_form <= 1,
        masked_zero <= 1 - log_form,
        width.is_power_of_two(),
        (8..=1024).contains(&width),
        n * width <= 32_768,
        i % 2 == 0,
    ),
    types(f16, bf16, f32, f64),
    check(
        width = [8, 64, 256, 1024],
        o = [2],
        n = [0, 1, 33, 64, 257, 1024, 1100],
        i = [0, 2, 10, 34, 300],
        log_form = [0, 1],
        masked_zero = [0, 1],
    ),
    bench(o = 16, n = 1_024, i = 4_096, width = 16),
    bench(o = 16, n = 1_024, i = 4_096, width = 32),
    bench(o = 1_024, n = 64, i = 1_024, width = 256),
    bench(o = 1_024, n = 64, i = 1_024, width = 512),
    inputs = columns,
    tolerance = Conditioned(condition, 1e-30),
    twin(
        /// [`softmax_columns`] of any n and i: threads hold 32 elements of a column (16 in f64) at a time, and columns with
        /// more are read twice.
        softmax_long_columns,
        block = [512],
        requires(log_form <= 1, masked_zero <= 1 - log_form, width.is_power_of_two(), (8..=512).contains(&width)),
        check(
            width = [8, 32, 512],
            o = [2],
            n = [0, 1, 33, 513, 2100],
            i = [0, 1, 9, 33],
            log_form = [0, 1],
            masked_zero = [0, 1],
        ),
        bench(o = 1, n = 16_384, i = 4_096, width = 32),
        bench(o = 16, n = 1_000, i = 4_095, width = 32),
    ),
)]
pub fn softmax_columns<T: Float>(
    #[shape(o, n, i)] x: &[T],
    #[shape(o, n, i)] y: &mut [T],
    temperature: f64,
    log_form: u32,
    masked_zero: u32,
    width: u32,
) {
    for (outer, column) in (0..o).flat_map(|outer| (0..i).map(move |column| (outer, column))) {
        let at = |k: usize| (outer * n + k) * i + column;
        let (z, most) = exponents(&(0..n).map(|k| x[at(k)].into()).collect::<Vec<f64>>(), temperature);
        let sum = sum(z.iter().map(|z| z.exp()));
        let masked = masked_zero == 1 && most == f64::NEG_INFINITY;
        for (k, z) in z.into_iter().enumerate() {
            let share = if log_form == 1 { z - sum.ln() } else { z.exp() / sum };
            y[at(k)] = T::nearest(if masked { 0.0 } else { share });
        }
    }
}

/// Columns of −∞, with NaN and with +∞.
fn columns(case: &mut Case) {
    let [n, i] = ["n", "i"].map(|name| case.quantity(name) as usize);
    *case.value("temperature") = prism_device::conformance::Value::Scalar(0.75f64.into());
    case.change("x", |x| {
        for (k, x) in x.iter_mut().enumerate() {
            match (k % i, k / i % n.max(1)) {
                (4, _) => *x = f64::NEG_INFINITY,
                (5, 0) => *x = f64::INFINITY,
                (6, 0) => *x = f64::NAN,
                (8, _) => *x *= 100.0,
                _ => {}
            }
        }
    });
}

/// As of rows.
fn condition(case: &Case, _: &str) -> Vec<f64> {
    let [n, i] = ["n", "i"].map(|name| case.quantity(name) as usize);
    let (x, is_log) = (case.doubles("x"), case.quantity("log_form") == 1);
    let mut factors = vec![16.0; x.len()];
    for (outer, column) in (0..x.len() / (n * i).max(1)).flat_map(|o| (0..i).map(move |c| (o, c))) {
        let at = |k: usize| (outer * n + k) * i + column;
        let (z, _) = exponents(&(0..n).map(|k| x[at(k)]).collect::<Vec<f64>>(), 0.75);
        let log = sum(z.iter().map(|z| z.exp())).ln();
        for (k, z) in z.into_iter().enumerate() {
            factors[at(k)] = super::softmax_rows::factor(z, log, is_log);
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::softmax_columns;
    use prism_device::Device;

    #[test]
    fn columns_are_shared_out_each_by_itself() {
        let device = Device::cpu();
        let x = device.upload(&[0.0, 5.0, 3f64.ln(), 5.0], &[1, 2, 2]).unwrap();
        let mut y = device.zeros(&[1, 2, 2]).unwrap();
        softmax_columns(&x, &mut y, 1.0, 0, 0, 8).unwrap();
        let y = y.download().unwrap();
        assert!((y[0] - 0.25).abs() < 1e-15 && (y[2] - 0.75).abs() < 1e-15, "{y:?}");
        assert_eq!([y[1], y[3]], [0.5, 0.5]);
    }
}
