//! The weights of a reservoir brought to a spectral radius.

use super::RESERVOIR_STEP;
use super::parameters::require;
use super::reservoir_drive::Drive;
use super::weights::{Empty, weights};
use super::{Activation, ReservoirSettings};
use crate::argument::extents;
use prism_derive::{Outputs, Settings, operation};
use prism_device::philox::Philox;
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "reservoir_scale";

/// To what weights are scaled, and how long their radius is sought.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct ReservoirScaleSettings {
    /// The spectral radius ρ to come, greater than 0; below 1 the echoes of a reservoir die away.
    #[alias("sr", "spectral_radius")]
    pub rho: f64,
    /// Products with W at most.
    pub iterations: u32,
    /// Key of the random vector that they begin with.
    pub seed: u64,
}

impl Default for ReservoirScaleSettings {
    fn default() -> Self {
        Self { rho: 0.9, iterations: 10_000, seed: 0 }
    }
}

/// Scaled weights.
#[derive(Debug, Outputs)]
pub struct ScaledReservoir<T: Real> {
    /// The weights, in the form in which they came.
    pub w: Buffer<T>,
    /// The spectral radius that they had, `[1]`.
    pub radius: Buffer<f64>,
}

/// Weights of a reservoir scaled to a spectral radius, by power iteration on the greatest |λ|.
///
/// `w [N, N]` or, with `row_start [N + 1]` and `column [nnz]`, the elements `[nnz]` of compressed rows. Of three vectors in a
/// row, `u₂ = a·u₁ + b·u₀` in the least squares, the radius is the greatest root of z² = a·z + b: so it is found for a pair of
/// complex eigenvalues too. Ends when eight radii in a row agree to 10⁻¹³, else after `iterations`; eigenvalues close to
/// the greatest need many. Doubles throughout. Jaeger 2001. O(nnz(W)) and a vector to the host an iteration.
///
/// # Errors
/// Another shape, `rho` not greater than 0, weights whose radius is 0 or not finite, `row_start` without `column` or the
/// reverse, compressed rows that point outside W, or a failure of the device.
#[operation(types(f32, f64), kernels(RESERVOIR_STEP))]
pub fn reservoir_scale<T: Real>(
    w: &Buffer<T>,
    row_start: Option<&Buffer<i32>>,
    column: Option<&Buffer<i32>>,
    settings: &ReservoirScaleSettings,
) -> Result<ScaledReservoir<T>> {
    let ReservoirScaleSettings { rho, iterations, seed } = *settings;
    require(NAME, rho > 0.0 && rho.is_finite(), "0 < rho < ∞", ("rho", rho))?;
    let device = w.device();
    let n = row_start.map_or_else(
        || extents(NAME, "w", "N, N", w).map(|[n, _]| n),
        |starts| Ok(starts.shape().iter().product::<usize>().saturating_sub(1)),
    )?;
    let (wide, empty) = (widened(w)?, Empty::on(device)?);
    let (none, no_input) = (device.zeros(&[n, 0])?, device.zeros(&[0])?);
    let product = Drive {
        kernel: NAME,
        w: weights(NAME, &wide, row_start, column, [&[n], &[n]], &empty)?,
        w_in: &none,
        u: no_input.seen_as(&[1, 0])?,
        bias: &no_input,
        w_fb: none.seen_as(&[n, 0])?,
        y: no_input.seen_as(&[1, 0])?,
    };
    let linear = ReservoirSettings { f: Activation::Identity, ..Default::default() };
    let radius = radius(n, iterations, seed, |v| {
        product.step(&device.upload(v, &[1, n])?.seen_as(&[1, n])?, [1, n], &linear)?.download()
    })?;
    if !(radius > 0.0 && radius.is_finite()) {
        return Err(ErrorKind::Data { kernel: NAME, argument: "w", fault: "has a radius of 0 or none" }.into());
    }
    let scaled: Vec<T> = wide.download()?.iter().map(|w| T::nearest(w * (rho / radius))).collect();
    Ok(ScaledReservoir { w: device.upload(&scaled, w.shape())?, radius: device.upload(&[radius], &[1])? })
}

/// The elements as doubles, on the same device.
pub(super) fn widened<T: Real>(buffer: &Buffer<T>) -> Result<Buffer<f64>> {
    let wide: Vec<f64> = buffer.download()?.into_iter().map(Into::into).collect();
    buffer.device().upload(&wide, buffer.shape())
}

/// The greatest |λ| of a linear map of n numbers.
fn radius(n: usize, iterations: u32, seed: u64, map: impl Fn(&[f64]) -> Result<Vec<f64>>) -> Result<f64> {
    let random = Philox::new(seed, 0);
    let mut before: Vec<f64> = (0..n as u64).map(|i| random.normal(i)).collect();
    let mut now = map(&before)?;
    let (mut found, mut agreed) = (0.0, 0);
    for _ in 0..iterations {
        let size = dot(&now, &now).sqrt();
        if !(size > 0.0 && size.is_finite()) {
            return Ok(size);
        }
        before.iter_mut().chain(&mut now).for_each(|v| *v /= size);
        let next = map(&now)?;
        let estimate = greatest_root(&before, &now, &next);
        agreed = if (estimate - found).abs() <= 1e-13 * estimate { agreed + 1 } else { 0 };
        (before, now, found) = (now, next, estimate);
        if agreed == 8 {
            break;
        }
    }
    Ok(found)
}

/// The greatest |z| of z² = a·z + b for the a and b with the smallest ‖u₂ − a·u₁ − b·u₀‖.
fn greatest_root(u0: &[f64], u1: &[f64], u2: &[f64]) -> f64 {
    let along = dot(u0, u1) / dot(u1, u1);
    let across: Vec<f64> = u0.iter().zip(u1).map(|(a, b)| a - along * b).collect();
    let (straight, rest) = (dot(u1, u2) / dot(u1, u1), dot(&across, &across));
    if rest <= 1e-20 * dot(u0, u0) {
        return straight.abs();
    }
    let b = dot(&across, u2) / rest;
    let a = straight - b * along;
    let discriminant = a * a + 4.0 * b;
    if discriminant < 0.0 { (-b).sqrt() } else { 0.5 * (a.abs() + discriminant.sqrt()) }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::{ReservoirScaleSettings, reservoir_scale};
    use approx::assert_relative_eq;
    use prism_device::{Buffer, Device};

    fn up(w: &[f64], shape: &[usize]) -> Buffer<f64> {
        Device::cpu().upload(w, shape).unwrap()
    }

    /// Eigenvalues 3 ± 4i and 2; 1 and −1; 5 and 1.
    #[test]
    fn real_paired_and_complex_radii_are_found() {
        let known: [(&[f64], usize, f64); 3] = [
            (&[3.0, -4.0, 1.0, 4.0, 3.0, 0.5, 0.0, 0.0, 2.0], 3, 5.0),
            (&[0.0, 1.0, 1.0, 0.0], 2, 1.0),
            (&[3.0, 2.0, 2.0, 3.0], 2, 5.0),
        ];
        for (w, n, radius) in known {
            let settings = ReservoirScaleSettings { rho: 0.5, ..Default::default() };
            let out = reservoir_scale(&up(w, &[n, n]), None, None, &settings).unwrap();
            assert_relative_eq!(out.radius.download().unwrap()[0], radius, max_relative = 1e-12);
            assert_relative_eq!(out.w.download().unwrap()[1], w[1] * 0.5 / radius, max_relative = 1e-12);
        }
    }

    #[test]
    fn compressed_rows_have_the_radius_of_the_matrix() {
        let device = Device::cpu();
        let (w, starts) = (up(&[3.0, -4.0, 4.0, 3.0, 2.0], &[5]), device.upload(&[0, 2, 4, 5], &[4]).unwrap());
        let columns = device.upload(&[0, 1, 0, 1, 2], &[5]).unwrap();
        let out = reservoir_scale(&w, Some(&starts), Some(&columns), &ReservoirScaleSettings::default()).unwrap();
        assert_relative_eq!(out.radius.download().unwrap()[0], 5.0, max_relative = 1e-12);
        assert_eq!(out.w.shape(), [5]);
        let said = |w: &Buffer<f64>, rho| {
            let settings = ReservoirScaleSettings { rho, ..Default::default() };
            reservoir_scale(w, None, None, &settings).unwrap_err().to_string()
        };
        let nothing = up(&[0.0, 1.0, 0.0, 0.0], &[2, 2]);
        assert_eq!(said(&nothing, 1.0), "reservoir_scale: `w` has a radius of 0 or none");
        assert_eq!(said(&nothing, 0.0), "reservoir_scale: needs 0 < rho < ∞, got rho = 0");
        assert_eq!(said(&up(&[0.0; 6], &[2, 3]), 1.0), "reservoir_scale: `w` must be [2, 2], got [2, 3]");
    }
}
