//! Kullback–Leibler divergence.

use super::{BASE, KL_DIVERGENCE_PARTS, kl_divergence_parts};
use crate::argument::{exactly, rows};
use crate::rows::{ROW_SUM, parts, row_sum};
use prism_derive::operation;
use prism_device::{Buffer, Real, Result};
use std::f64::consts::E;

const NAME: &str = "kl_divergence";

/// Kullback–Leibler divergence Σ p·(log p − log q) of every row of `p` from that of `q`, in units of the logarithm to
/// `base`.
///
/// `p, q [.., n]` → `[..]`. With `normalize_input` rows are divided by their sums. With `q_is_log`, `q` holds natural
/// logarithms of probabilities and is taken as it is. A term is 0 where p = 0, whatever q, and +∞ where only q is 0. NaN
/// for a row with a negative entry and, normalised, for one with sum 0; 0 for empty rows that are not. Kullback &
/// Leibler 1951; equals `scipy.special.rel_entr(p, q).sum(-1)` but for negative entries, where scipy says +∞. O(r·n),
/// read once, twice where long rows are normalised; few long rows take a number of scratch each 16384 entries.
///
/// # Errors
/// `Requirement` for a base that is none; `Shape` when `q` has not the shape of `p`; out of memory.
#[operation(types(f32, f64), kernels(KL_DIVERGENCE_PARTS, ROW_SUM), output(divergence), rows(p = 1, q = 1))]
pub fn kl_divergence<T: Real>(
    p: &Buffer<T>,
    q: &Buffer<T>,
    /// The base of the logarithm, greater than 0: e for nats, 2 for bits.
    #[default(E)]
    base: f64,
    /// Whether rows are divided by their sums.
    #[default(true)]
    normalize_input: bool,
    /// Whether `q` holds natural logarithms of probabilities.
    #[default(false)]
    q_is_log: bool,
) -> Result<Buffer<T>> {
    BASE.judge(NAME, "base", base)?;
    let device = p.device();
    let (leading, [r, n]) = rows(NAME, "p", p)?;
    exactly(NAME, "q", q.shape(), p.shape())?;
    let cut = parts(r, n);
    let sums = |x: &Buffer<T>| -> Result<Buffer<T>> {
        let (mut of_parts, mut total) = (device.zeros(&[r * cut])?, device.zeros(&[r])?);
        row_sum(x, &mut of_parts, cut as u32)?;
        row_sum(&of_parts.reshaped(&[r, cut])?, &mut total, 1)?;
        Ok(total)
    };
    let none = || device.zeros(&[0]);
    let (p_total, q_total) = match (normalize_input && cut > 1, q_is_log) {
        (false, _) => (none()?, none()?),
        (true, false) => (sums(p)?, sums(q)?),
        (true, true) => (sums(p)?, device.zeros(&[r])?),
    };
    let mut of_parts = device.zeros(&[r * cut])?;
    let (normalize, is_log) = (normalize_input.into(), q_is_log.into());
    kl_divergence_parts(p, q, &p_total, &q_total, &mut of_parts, base, normalize, is_log, cut as u32)?;
    if cut == 1 {
        return of_parts.reshaped(&leading);
    }
    let mut divergence = device.zeros(&[r])?;
    row_sum(&of_parts.reshaped(&[r, cut])?, &mut divergence, 1)?;
    divergence.reshaped(&leading)
}

#[cfg(test)]
mod tests {
    use super::kl_divergence;
    use approx::assert_relative_eq;
    use prism_device::Device;
    use std::f64::consts::E;

    const P: [f64; 8] = [0.1, 0.2, 0.3, 0.4, 0.0, 0.5, 0.5, 0.0];
    const Q: [f64; 8] = [0.4, 0.3, 0.2, 0.1, 0.0, 0.25, 0.5, 0.25];

    fn call(p: &[f64], q: &[f64], n: usize, base: f64, normalize: bool, is_log: bool) -> Vec<f64> {
        let device = Device::cpu();
        let buffer = |x: &[f64]| device.upload(x, &[x.len() / n, n]).unwrap();
        kl_divergence(&buffer(p), &buffer(q), base, normalize, is_log).unwrap().download().unwrap()
    }

    /// `scipy.special.rel_entr(p, q).sum(-1)`, scipy 1.17.1.
    #[test]
    fn equals_scipy() {
        let expected = [0.456_434_819_146_783_8, 0.346_573_590_279_972_64];
        let log_q: Vec<f64> = Q.iter().map(|q| q.ln()).collect();
        for (d, expected) in call(&P, &Q, 4, E, false, false).into_iter().zip(expected) {
            assert_relative_eq!(d, expected, max_relative = 1e-15);
        }
        for (d, expected) in call(&P, &log_q, 4, 2.0, false, true).into_iter().zip(expected) {
            assert_relative_eq!(d, expected / 2f64.ln(), max_relative = 1e-14);
        }
        let (p, q): (Vec<f64>, Vec<f64>) = (P.map(|p| 10.0 * p).to_vec(), Q.map(|q| 7.0 * q).to_vec());
        for (d, expected) in call(&p, &q, 4, E, true, false).into_iter().zip(expected) {
            assert_relative_eq!(d, expected, max_relative = 1e-14);
        }
    }

    #[test]
    fn zeros_and_bad_rows() {
        let d = call(
            &[0.0, 1.0, 0.5, 0.5, -0.5, 1.5, 0.0, 0.0],
            &[0.0, 1.0, 0.0, 1.0, 0.5, 0.5, 1.0, 1.0],
            2,
            E,
            true,
            false,
        );
        assert_eq!((d[0], d[1]), (0.0, f64::INFINITY));
        assert!(d[2].is_nan() && d[3].is_nan(), "{d:?}");
        assert_eq!(call(&[0.0, 0.0], &[0.0, f64::NEG_INFINITY], 2, E, false, true), [0.0]);
    }

    #[test]
    fn nearly_equal_rows_keep_their_digits() {
        // mpmath: 0.5·ln(0.5/(0.5 + 2⁻⁴⁰)) + 0.5·ln(0.5/(0.5 − 2⁻⁴⁰)) = −½·ln(1 − 2⁻⁷⁸) = 2⁻⁷⁹ to 24 digits; the
        // terms are of 2⁻⁴⁰, a sum of rounded ones is within 2⁻⁹².
        let small = 2f64.powi(-40);
        let d = call(&[0.5, 0.5], &[0.5 + small, 0.5 - small], 2, E, false, false)[0];
        assert!((d - 2f64.powi(-79)).abs() < 2f64.powi(-91), "{d:e}");
    }

    /// Gibbs' inequality, and the parts of a long row make the whole.
    #[test]
    fn long_rows_are_never_negative_and_add_up() {
        let row = |scale: usize| -> Vec<f64> { (0..100_003).map(|i| ((i * scale) % 1009 + 1) as f64).collect() };
        let (p, q) = (row(7), row(11));
        let (total_p, total_q): (f64, f64) = (p.iter().sum(), q.iter().sum());
        let plain: f64 = p.iter().zip(&q).map(|(p, q)| p / total_p * (p / total_p / (q / total_q)).ln()).sum();
        let long = call(&p, &q, p.len(), E, true, false)[0];
        assert!(long > 0.0);
        assert_relative_eq!(long, plain, max_relative = 1e-12);
        assert_relative_eq!(call(&p, &p, p.len(), E, true, false)[0], 0.0);
    }

    #[test]
    fn another_shape_is_refused() {
        let device = Device::cpu();
        let (p, q) = (device.zeros::<f32>(&[2, 3]).unwrap(), device.zeros(&[2, 4]).unwrap());
        let error = kl_divergence(&p, &q, E, false, false).unwrap_err().to_string();
        assert_eq!(error, "kl_divergence: `q` must be [2, 3], got [2, 4]");
    }
}
