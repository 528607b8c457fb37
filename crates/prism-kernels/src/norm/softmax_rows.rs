//! Softmax of rows.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{AnyBuffer, Arg, Buffer, Dtype, Float, Result, run};

/// exp((z − m)/T) / Σ exp((z − m)/T) of every row of z = x + b, m its largest element; or the logarithm.
///
/// `x [r, n]` → `y [r, n]`, T = `temperature` > 0. `b [h, w]` is added where it is there: w = n, or 1 for all of a row;
/// row i of x gets row ⌊i/`repeat`⌋ mod h. `log_form` gives (z − m)/T − ln Σ. `lse [r]`, where wanted, is ln Σ exp(z/T). A
/// row with NaN or +∞ is NaN, and so is one that is −∞ throughout, but 0 with `masked_zero`. Within (16 + |z − m|/T) units
/// of roundoff. Rows of up to 4096 elements are read once; those of `form` 0 and 1, a few elements a thread, have up to
/// 256 of them; an even form's are whole multiples of 8. Milakov & Gimelshein 2018.
#[kernel(
    threads = super::row_threads(r, n, form),
    block = [128],
    wide(r, h, l),
    requires(
        log_form <= 1,
        masked_zero <= 1 - log_form,
        repeat >= 1,
        w == n || w == 1 || h == 0,
        l == 0 || l == r,
        form <= 3,
        form % 2 == 1 || n % 8 == 0,
        n <= if form < 2 { 256 } else { 4096 },
    ),
    types(f16, bf16, f32, f64),
    specialise(form = [1, 2, 3]),
    check(
        r = [0, 3, 33],
        n = [0, 1, 33, 64, 255, 256, 257, 1000, 1500, 2000, 3001, 4095, 4096],
        h = [0, 2],
        w = [1, 257, 1000],
        l = [0, 33],
        log_form = [0, 1],
        masked_zero = [0, 1],
        repeat = [4],
        form = [0, 1, 2, 3],
    ),
    bench(r = 1_048_576, n = 64, repeat = 1),
    bench(r = 65_536, n = 1_024, repeat = 1, form = 2),
    bench(r = 65_536, n = 1_023, repeat = 1, form = 3),
    bench(r = 16_384, n = 4_096, repeat = 1, form = 2),
    bench(r = 65_536, n = 1_024, h = 1, w = 1_024, l = 65_536, repeat = 1, form = 2),
    inputs = rows,
    tolerance = Conditioned(condition, 1e-30),
    twin(
        /// [`softmax_rows`] of long rows, a block each. Rows of up to 256 KiB are read once; longer ones, and all of `form` 1,
        /// three times.
        softmax_long_rows,
        threads = r * super::long_row_threads(n, bytes, form),
        block = super::long_row_threads(n, bytes, form),
        shared = super::long_row_shared(n, bytes, form),
        requires(log_form <= 1, masked_zero <= 1 - log_form, repeat >= 1, w == n || w == 1 || h == 0, l == 0 || l == r, form <= 1),
        specialise(),
        check(
            r = [0, 9],
            n = [0, 1, 257, 1000, 8192, 8201, 16_385, 32_768, 40_001, 66_000],
            h = [0, 2],
            w = [1, 257, 8201, 40_001],
            l = [0, 9],
            log_form = [0, 1],
            masked_zero = [0, 1],
            repeat = [4],
            form = [0, 1],
        ),
        bench(r = 8_192, n = 8_192, repeat = 1),
        bench(r = 4_096, n = 16_384, repeat = 1),
        bench(r = 2_048, n = 32_768, repeat = 1),
    ),
)]
#[allow(clippy::too_many_arguments)]
pub fn softmax_rows<T: Float>(
    #[shape(r.., n)] x: &[T],
    #[shape(h, w)] b: &[T],
    #[shape(r.., n)] y: &mut [T],
    #[shape(l..)] lse: &mut [T],
    temperature: f64,
    log_form: u32,
    masked_zero: u32,
    repeat: u64,
    form: u32,
) {
    for row in 0..r {
        let own: Vec<f64> = x[row * n..][..n].iter().map(|&x| x.into()).collect();
        let added =
            if h == 0 { vec![] } else { b[row / repeat as usize % h * w..][..w].iter().map(|&b| b.into()).collect() };
        let x = sums(own, &added, T::DTYPE);
        let (z, most) = exponents(&x, temperature);
        let sum = sum(z.iter().map(|z| z.exp()));
        let masked = masked_zero == 1 && x.iter().all(|&x| x == f64::NEG_INFINITY);
        for (y, z) in y[row * n..][..n].iter_mut().zip(z) {
            let share = if log_form == 1 { z - sum.ln() } else { z.exp() / sum };
            *y = T::nearest(if masked { 0.0 } else { share });
        }
        if l > 0 {
            lse[row] =
                T::nearest(if most == f64::NEG_INFINITY { f64::NEG_INFINITY } else { most / temperature + sum.ln() });
        }
    }
}

/// Launches the kernel that suits the rows of x; `flags` are `log_form` and `masked_zero`.
pub(super) fn softmax_of_rows<T: Float>(
    x: &dyn AnyBuffer,
    b: &dyn AnyBuffer,
    y: &mut Buffer<T>,
    lse: &mut Buffer<T>,
    temperature: f64,
    flags: [u32; 2],
    repeat: u64,
) -> Result<()> {
    let n = x.shape().last().copied().unwrap_or(0);
    let (kernel, form) = super::kernel_of::<T>(x.device(), n, &SOFTMAX_ROWS, &SOFTMAX_LONG_ROWS);
    let [log_form, masked_zero] = flags.map(|flag| Arg::Scalar(flag.into()));
    let (temperature, repeat) = (Arg::Scalar(temperature.into()), Arg::Scalar(repeat.into()));
    let buffers = [Arg::In(x), Arg::In(b), Arg::Out(y), Arg::Out(lse)];
    run(kernel, &mut buffers.into_iter().chain([temperature, log_form, masked_zero, repeat, form]).collect::<Vec<_>>())
}

/// x + b, rounded to what elements are computed in; one element of b is for all.
fn sums(mut x: Vec<f64>, b: &[f64], element: Dtype) -> Vec<f64> {
    if b.is_empty() {
        return x;
    }
    for (i, x) in x.iter_mut().enumerate() {
        let sum = *x + b[i % b.len()];
        *x = if element == Dtype::F64 { sum } else { f64::from(sum as f32) };
    }
    x
}

/// (x − m)/T, and m, which is NaN where an element is, so that the row is.
pub(super) fn exponents(x: &[f64], temperature: f64) -> (Vec<f64>, f64) {
    let most = x.iter().copied().fold(f64::NEG_INFINITY, |m, x| if x.is_nan() { x } else { m.max(x) });
    (x.iter().map(|x| (x - most) / temperature).collect(), most)
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

/// How much the rounding of an exponent is magnified; a logarithm differs by that much of 1.
fn condition(case: &Case, output: &str) -> Vec<f64> {
    let [n, h, w, repeat] = ["n", "h", "w", "repeat"].map(|name| case.quantity(name) as usize);
    let (x, b, element) = (case.doubles("x"), case.doubles("b"), case.dtype("x"));
    let row = |(row, x): (usize, &[f64])| {
        let added = if h == 0 { &[] } else { &b[row / repeat % h * w..][..w] };
        let (z, most) = exponents(&sums(x.to_vec(), added, element), 0.75);
        let log = sum(z.iter().map(|z| z.exp())).ln();
        (z, most, log)
    };
    let rows = x.chunks(n.max(1)).enumerate().map(row);
    if output == "lse" {
        let of_terms = |(_, most, log): (_, f64, f64)| {
            let most = most / 0.75;
            8.0 * (1.0 + most.abs() + log.abs()) / (most + log).abs().max(f64::MIN_POSITIVE)
        };
        return rows.map(of_terms).collect();
    }
    let is_log = case.quantity("log_form") == 1;
    let of_row = |(z, _, log): (Vec<f64>, _, f64)| z.into_iter().map(move |z| factor(z, log, is_log));
    rows.flat_map(of_row).collect()
}

/// The roundings of the share of exponent z, or of its logarithm z − ln Σ.
pub(super) fn factor(z: f64, log: f64, is_log: bool) -> f64 {
    let (factor, y) = (16.0 + z.abs(), (z - log).abs().max(f64::MIN_POSITIVE));
    if is_log { factor * (1.0 + y) / y } else { factor }
}

#[cfg(test)]
mod tests {
    use super::softmax_rows;
    use approx::assert_relative_eq;
    use prism_device::Device;

    #[test]
    fn rows_get_their_row_of_b_and_their_evidence() {
        let device = Device::cpu();
        let x = device.upload(&[1.0, 2.0, 0.5, -1.0, 0.0, 3.0], &[3, 2]).unwrap();
        let b = device.upload(&[0.25, -1.0, 0.5, 2.0], &[2, 2]).unwrap();
        let (mut y, mut lse) = (device.zeros(&[3, 2]).unwrap(), device.zeros(&[3]).unwrap());
        softmax_rows(&x, &b, &mut y, &mut lse, 1.0, 0, 0, 2, 1).unwrap();
        let (y, lse) = (y.download().unwrap(), lse.download().unwrap());
        for (row, z) in [[1.25f64, 1.0], [0.75, -2.0], [0.5, 5.0]].iter().enumerate() {
            let sum: f64 = z.iter().map(|z| z.exp()).sum();
            assert_relative_eq!(lse[row], sum.ln(), max_relative = 1e-14);
            assert_relative_eq!(y[2 * row], z[0].exp() / sum, max_relative = 1e-14);
        }
    }
}
