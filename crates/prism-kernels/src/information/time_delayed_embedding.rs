//! Time-delay embedding.

use super::DELAY_VECTORS;
use super::delay_vectors::delay_vector_count;
use crate::argument::{extents, require};
use prism_derive::operation;
use prism_device::{Arg, Buffer, Real, Result, run};

const NAME: &str = "time_delayed_embedding";

/// Embeds every row in `m` delays of `tau` samples: `out[i, j·C + c] = x[i + j·tau, c]`, j = 0 the oldest.
///
/// `x [R, T]` or `[R, T, C]` → `[R, T − (m − 1)·tau, m·C]`, with no vectors where T < (m − 1)·tau + 1. Usual are
/// m = 2 and tau = 1. Takens 1981; equals `numpy.lib.stride_tricks.sliding_window_view(x, (m - 1)*tau + 1)[..., ::tau]`.
/// O(R·T·C·m). What follows had better index lazily than have this written.
///
/// # Errors
/// `Requirement` when `m` or `tau` is 0; `Shape` when `x` has not two or three extents; out of memory.
#[operation(types(f32, f64), kernels(DELAY_VECTORS), output(out), rows(x = 1))]
pub fn time_delayed_embedding<T: Real>(
    x: &Buffer<T>,
    /// Delays in a vector, 1 or more.
    #[default(2)]
    m: u32,
    /// Samples from one delay to the next, 1 or more.
    #[default(1)]
    tau: u32,
) -> Result<Buffer<T>> {
    let [r, t, c] = match *x.shape() {
        [r, t] => [r, t, 1],
        _ => extents(NAME, "x", "r, t, c", x)?,
    };
    require(NAME, m >= 1 && tau >= 1, "m >= 1 and tau >= 1", || format!("m = {m}, tau = {tau}"))?;
    let count = delay_vector_count(t as u64, m.into(), tau.into()) as usize;
    let mut vectors = x.device().zeros(&[r, count, m as usize * c])?;
    let (x, m, tau) = (x.seen_as(&[r, t, c])?, Arg::Scalar(m.into()), Arg::Scalar(tau.into()));
    run(&DELAY_VECTORS, &mut [Arg::In(&x), Arg::Out(&mut vectors), m, tau])?;
    Ok(vectors)
}

#[cfg(test)]
mod tests {
    use super::time_delayed_embedding;
    use prism_device::{Buffer, Device};

    fn embed(x: &[f32], shape: &[usize], m: u32, tau: u32) -> Buffer<f32> {
        time_delayed_embedding(&Device::cpu().upload(x, shape).unwrap(), m, tau).unwrap()
    }

    /// `sliding_window_view(x, (m - 1)*tau + 1, axis=1)[..., ::tau]`, numpy 2.4.6.
    #[test]
    fn equals_numpys_windows() {
        let x: Vec<f32> = (0..10u8).map(f32::from).collect();
        let out = embed(&x, &[2, 5], 2, 3);
        assert_eq!(out.shape(), [2, 2, 2]);
        assert_eq!(out.download().unwrap(), [0.0, 3.0, 1.0, 4.0, 5.0, 8.0, 6.0, 9.0]);
        let channels = embed(&x, &[1, 5, 2], 3, 2);
        assert_eq!(channels.shape(), [1, 1, 6]);
        assert_eq!(channels.download().unwrap(), [0.0, 1.0, 4.0, 5.0, 8.0, 9.0]);
    }

    #[test]
    fn one_delay_is_the_series_and_too_few_samples_are_none() {
        assert_eq!(embed(&[1.0, 2.0, 3.0], &[1, 3], 1, 7).download().unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(embed(&[1.0, 2.0, 3.0], &[1, 3], 3, 2).shape(), [1, 0, 3]);
        assert_eq!(embed(&[], &[0, 3], 2, 1).shape(), [0, 2, 2]);
    }

    #[test]
    fn no_delay_is_refused() {
        let x = Device::cpu().zeros::<f64>(&[1, 3]).unwrap();
        let refused = |m, tau| time_delayed_embedding(&x, m, tau).unwrap_err().to_string();
        assert_eq!(refused(0, 1), "time_delayed_embedding: needs m >= 1 and tau >= 1, got m = 0, tau = 1");
        assert_eq!(refused(2, 0), "time_delayed_embedding: needs m >= 1 and tau >= 1, got m = 2, tau = 0");
        let flat = Device::cpu().zeros::<f64>(&[3]).unwrap();
        assert!(time_delayed_embedding(&flat, 2, 1).unwrap_err().to_string().contains("`x` must be [r"));
    }
}
