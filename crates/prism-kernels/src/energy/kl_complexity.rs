//! Complexity of beliefs, row by row and in all.

use super::{WEIGHTED_SUM, weighted_sum};
use crate::argument::{exactly, extents};
use crate::information::{KL_DIVERGENCE_PARTS, kl_divergence};
use crate::rows::{ROW_SUM, parts, row_sum};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "fused_kl_complexity";

/// Complexity of beliefs in nats.
#[derive(Debug, Outputs)]
pub struct KlComplexity<T: Real> {
    /// The weighted sum of the rows, `[1]`.
    pub total: Buffer<T>,
    /// KL(q‖p) of every row, `[B]`.
    pub rows: Buffer<T>,
}

/// Complexity KL(q‖p) of every row and their sum weighted by `weights`, in nats.
///
/// `q, p [B, S]`, `p` as natural logarithms with `p_is_log`; `weights [B]`, 1 where absent. Equals
/// [`kl_divergence`] and then the sum; each input is read once.
///
/// # Errors
/// `Shape` and `Requirement` where the inputs do not fit each other; out of memory.
#[operation(types(f32, f64), kernels(KL_DIVERGENCE_PARTS, WEIGHTED_SUM, ROW_SUM))]
pub fn fused_kl_complexity<T: Real>(
    q: &Buffer<T>,
    p: &Buffer<T>,
    weights: Option<&Buffer<T>>,
    /// Whether `p` holds natural logarithms of probabilities.
    #[default(false)]
    p_is_log: bool,
) -> Result<KlComplexity<T>> {
    let [b, s] = extents(NAME, "q", "b, s", q)?;
    exactly(NAME, "p", p.shape(), &[b, s])?;
    weights.map_or(Ok(()), |weights| exactly(NAME, "weights", weights.shape(), &[b]))?;
    let rows = kl_divergence(q, p, std::f64::consts::E, false, p_is_log)?;
    let cut = parts(1, rows.shape()[0]);
    let mut total = q.device().zeros(&[cut])?;
    let no_weights = q.device().zeros(&[0])?;
    weighted_sum(&rows, weights.unwrap_or(&no_weights), &mut total)?;
    if cut > 1 {
        let mut whole = q.device().zeros(&[1])?;
        row_sum(&total.reshaped(&[1, cut])?, &mut whole, 1)?;
        total = whole;
    }
    Ok(KlComplexity { total, rows })
}

#[cfg(test)]
mod tests {
    use super::fused_kl_complexity;
    use approx::assert_relative_eq;
    use prism_device::Device;

    /// `scipy.special.rel_entr(q, p).sum(-1)`, scipy 1.17.1, and its weighted sum.
    #[test]
    fn equals_scipy() {
        let device = Device::cpu();
        let p = [0.4, 0.3, 0.2, 0.1, 0.0, 0.25, 0.5, 0.25];
        let q = device.upload(&[0.1, 0.2, 0.3, 0.4, 0.0, 0.5, 0.5, 0.0], &[2, 4]).unwrap();
        let weights = device.upload(&[2.0, -1.0], &[2]).unwrap();
        let (first, second) = (0.456_434_819_146_783_6, 0.346_573_590_279_972_64);
        for (p, is_log) in [(p, false), (p.map(f64::ln), true)] {
            let p = device.upload(&p, &[2, 4]).unwrap();
            let plain = fused_kl_complexity(&q, &p, None, is_log).unwrap();
            assert_relative_eq!(plain.rows.download().unwrap()[0], first, max_relative = 1e-14);
            assert_relative_eq!(plain.total.download().unwrap()[0], first + second, max_relative = 1e-14);
            let weighted = fused_kl_complexity(&q, &p, Some(&weights), is_log).unwrap();
            assert_relative_eq!(weighted.total.download().unwrap()[0], 2.0 * first - second, max_relative = 1e-14);
        }
    }

    #[test]
    fn many_rows_are_summed_in_parts() {
        let device = Device::cpu();
        let (q, p) = (vec![1.0f64; 40_000], vec![0.5; 40_000]);
        let (q, p) = (device.upload(&q, &[40_000, 1]).unwrap(), device.upload(&p, &[40_000, 1]).unwrap());
        let total = fused_kl_complexity(&q, &p, None, false).unwrap().total;
        assert_eq!(total.shape(), [1]);
        assert_relative_eq!(total.download().unwrap()[0], 40_000.0 * 2f64.ln(), max_relative = 1e-13);
    }

    #[test]
    fn weights_of_another_length_are_refused() {
        let device = Device::cpu();
        let (q, weights) = (device.zeros::<f32>(&[2, 3]).unwrap(), device.zeros(&[3]).unwrap());
        let error = fused_kl_complexity(&q, &q, Some(&weights), false).unwrap_err().to_string();
        assert_eq!(error, "fused_kl_complexity: `weights` must be [2], got [3]");
    }
}
