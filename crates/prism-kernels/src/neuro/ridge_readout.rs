//! What is read out of a reservoir.

use super::parameters::require;
use super::reservoir_scale::widened;
use crate::batch::Batch;
use crate::linalg::{GEMM_NARROW, GEMM_WIDE, MatmulSettings, matmul};
use prism_derive::operation;
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "ridge_readout";

/// Weights of the readout that gives the targets from the states with the least squares, `W_out = YᵀX(XᵀX + βI)⁻¹`.
///
/// States `x [.., N]` and targets `y [.., M]`, a row for each time of each series → `w_out [M, N]`: `w_out`·x is the readout of a
/// state. A state with a 1 among its numbers gives it a constant. Products on the device and Cholesky's factor on the
/// host, in doubles. Lukoševičius 2012. O(S·N²) for S rows, O(N³) on the host.
///
/// # Errors
/// Another shape, `beta` not finite or negative, `NotPositiveDefinite` where states do not determine the weights (a larger
/// `beta` does), or a failure of the device.
#[operation(types(f32, f64), kernels(GEMM_NARROW, GEMM_WIDE), output(w_out))]
pub fn ridge_readout<T: Real>(
    x: &Buffer<T>,
    y: &Buffer<T>,
    /// The regularisation β, 0 or greater, in squares of the units of the states.
    #[default(0.0)]
    beta: f64,
) -> Result<Buffer<T>> {
    require(NAME, beta >= 0.0 && beta.is_finite(), "0 <= beta < ∞", ("beta", beta))?;
    let (batch, targets) = (Batch::of(NAME, "x", "N", x)?, Batch::of(NAME, "y", "M", y)?);
    let ([n], [m], s) = (batch.last, targets.last, batch.size());
    batch.each("y", y, &[m])?;
    let (x, y) = (widened(x)?.reshaped(&[s, n])?, widened(y)?.reshaped(&[s, m])?);
    let turned = MatmulSettings { trans_a: true, ..Default::default() };
    let mut gram = matmul(&x, &x, None, &turned)?.download()?;
    (0..n).for_each(|i| gram[i * n + i] += beta);
    let mut out = matmul(&y, &x, None, &turned)?.download()?;
    factor(&mut gram, n)?;
    out.chunks_mut(n.max(1)).for_each(|row| solve(&gram, row));
    let out: Vec<T> = out.into_iter().map(T::nearest).collect();
    x.device().upload(&out, &[m, n])
}

/// Cholesky's lower factor in the place of a matrix.
fn factor(a: &mut [f64], n: usize) -> Result<()> {
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let rest = row[i] - dot(&row[..i], &row[..i]);
        // A rest of rounding errors alone is none.
        if !(rest > 1e-14 * row[i] && rest.is_finite()) {
            let at = format!("row {i}");
            return Err(ErrorKind::NotPositiveDefinite { operation: NAME, matrix: "XᵀX + βI", at }.into());
        }
        row[i] = rest.sqrt();
    }
    Ok(())
}

/// (LLᵀ)⁻¹·b in the place of b.
fn solve(l: &[f64], b: &mut [f64]) {
    let n = b.len();
    for i in 0..n {
        b[i] = (b[i] - dot(&l[i * n..][..i], &b[..i])) / l[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] /= l[i * n + i];
        for j in 0..i {
            b[j] -= l[i * n + j] * b[i];
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::ridge_readout;
    use approx::assert_relative_eq;
    use prism_device::{Buffer, Device, Result};

    fn call(beta: f64, twin: bool) -> Result<Buffer<f64>> {
        let device = Device::cpu();
        let cell = |t: usize, i: usize| ((t * 7 + i * (5 + t)) % 11) as f64 - 5.0;
        let x: Vec<f64> = (0..36).map(|at| cell(at / 3, if twin { 0 } else { at % 3 })).collect();
        let y: Vec<f64> = (0..12).flat_map(|t| [2.0 * x[3 * t] - x[3 * t + 1], x[3 * t + 2] * 0.5]).collect();
        ridge_readout(&device.upload(&x, &[2, 6, 3])?, &device.upload(&y, &[2, 6, 2])?, beta)
    }

    #[test]
    fn targets_that_are_linear_in_the_states_are_read_exactly() {
        let out = call(0.0, false).unwrap();
        assert_eq!(out.shape(), [2, 3]);
        for (w, expected) in out.download().unwrap().iter().zip([2.0, -1.0, 0.0, 0.0, 0.0, 0.5]) {
            assert_relative_eq!(*w, expected, epsilon = 1e-13);
        }
    }

    /// Of equal columns a ridge gives each the same: β → 0 shares the weight, and without one there is no answer.
    #[test]
    fn a_ridge_decides_what_the_states_do_not() {
        let shared = call(1e-6, true).unwrap().download().unwrap();
        for (w, expected) in shared.iter().zip([1.0, 1.0, 1.0, 0.5, 0.5, 0.5]) {
            assert_relative_eq!(*w, expected / 3.0, max_relative = 1e-6);
        }
        let error = call(0.0, true).unwrap_err().to_string();
        assert_eq!(error, "ridge_readout: XᵀX + βI is not positive definite at row 1");
        let error = call(-1.0, false).unwrap_err().to_string();
        assert_eq!(error, "ridge_readout: needs 0 <= beta < ∞, got beta = -1");
    }
}
