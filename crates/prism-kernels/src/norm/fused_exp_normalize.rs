//! Shares of exponents and their logarithmic sum: a posterior and its log-evidence.

use super::softmax_rows::softmax_of_rows;
use super::{SOFTMAX_LONG_ROWS, SOFTMAX_ROWS};
use crate::argument::{require, rows};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Float, Result};

const NAME: &str = "fused_exp_normalize";

/// Shares, and the logarithm of what they are shares of.
#[derive(Debug, Outputs)]
pub struct ExpNormalized<T: Float> {
    /// exp(a + b − lse), of the shape of a.
    pub q: Buffer<T>,
    /// ln Σ exp(a + b) along the last axis, in nats.
    pub lse: Buffer<T>,
}

/// Softmax of a + b along the last axis and ln Σ exp(a + b): of a log-likelihood and a log-prior, the posterior and the
/// log-evidence.
///
/// `a [.., n]`; `b`, if any, `[.., n]` or `[.., 1]` with as many of the last leading axes of a as it has, 1 before and
/// behind those in which it differs. → `q [.., n]`, `lse [..]`. Equals `torch.softmax(a + b, -1)` and
/// `torch.logsumexp(a + b, -1)`. One read of a, one write of q.
///
/// # Errors
/// A b that does not broadcast so; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(SOFTMAX_ROWS, SOFTMAX_LONG_ROWS), rows(a = 1, b = 1))]
pub fn fused_exp_normalize<T: Float>(a: &Buffer<T>, b: Option<&Buffer<T>>) -> Result<ExpNormalized<T>> {
    let device = a.device();
    let (leading, [_, n]) = rows(NAME, "a", a)?;
    let (mut q, mut lse) = (device.zeros(a.shape())?, device.zeros(&leading)?);
    let none = device.zeros::<T>(&[0, 1])?;
    let ([h, w], repeat) = b.map_or(Ok(([0, 1], 1)), |b| pattern(b.shape(), &leading, n))?;
    let b = b.unwrap_or(&none).seen_as(&[h, w])?;
    softmax_of_rows(a, &b, &mut q, &mut lse, 1.0, [0, 0], repeat as u64)?;
    Ok(ExpNormalized { q, lse })
}

/// The rows of b and their length, and for how many rows of a in succession each of them is.
fn pattern(b: &[usize], leading: &[usize], n: usize) -> Result<([usize; 2], usize)> {
    let got = || format!("b {b:?} for leading axes {leading:?} and n = {n}");
    let condition = "b [.., n] or [.., 1] that broadcasts to a, its rows repeated and cycled";
    let (&w, rows) = b.split_last().unwrap_or((&1, &[]));
    let fits = rows.len() <= leading.len() && (w == n || w == 1);
    require(NAME, fits, condition, got)?;
    let own = &leading[leading.len() - rows.len()..];
    let begin = rows.iter().position(|&extent| extent != 1).unwrap_or(rows.len());
    let end = rows.iter().rposition(|&extent| extent != 1).map_or(begin, |last| last + 1);
    require(NAME, rows[begin..end] == own[begin..end], condition, got)?;
    let repeat = own[end..].iter().product::<usize>().max(1);
    Ok(([rows.iter().product(), w], repeat))
}

#[cfg(test)]
mod tests {
    use super::{fused_exp_normalize, pattern};
    use approx::assert_relative_eq;
    use prism_device::Device;

    #[test]
    fn a_likelihood_and_a_prior_make_posterior_and_evidence() {
        let device = Device::cpu();
        let likelihood = device.upload(&[0.8f64.ln(), 0.1f64.ln(), 0.2f64.ln(), 0.9f64.ln()], &[2, 2]).unwrap();
        let prior = device.upload(&[0.75f64.ln(), 0.25f64.ln()], &[2]).unwrap();
        let out = fused_exp_normalize(&likelihood, Some(&prior)).unwrap();
        let (q, lse) = (out.q.download().unwrap(), out.lse.download().unwrap());
        for (row, evidence) in [0.625f64, 0.375].into_iter().enumerate() {
            assert_relative_eq!(lse[row], evidence.ln(), max_relative = 1e-14);
        }
        assert_relative_eq!(q[0], 0.6 / 0.625, max_relative = 1e-14);
        assert_relative_eq!(q[3], 0.225 / 0.375, max_relative = 1e-14);
        assert_eq!(out.lse.shape(), [2]);
    }

    #[test]
    fn rows_of_b_are_repeated_and_cycled() {
        let leading = [4, 3, 2];
        assert_eq!(pattern(&[5], &leading, 5).unwrap(), ([1, 5], 1));
        assert_eq!(pattern(&[4, 3, 2, 1], &leading, 5).unwrap(), ([24, 1], 1));
        assert_eq!(pattern(&[1, 3, 1, 5], &leading, 5).unwrap(), ([3, 5], 2));
        assert_eq!(pattern(&[2, 5], &leading, 5).unwrap(), ([2, 5], 1));
        let error = pattern(&[4, 1, 2, 5], &leading, 5).unwrap_err().to_string();
        let needs =
            "fused_exp_normalize: needs b [.., n] or [.., 1] that broadcasts to a, its rows repeated and cycled";
        assert_eq!(error, format!("{needs}, got b [4, 1, 2, 5] for leading axes [4, 3, 2] and n = 5"));
    }
}
