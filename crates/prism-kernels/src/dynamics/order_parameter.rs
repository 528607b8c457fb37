//! The Kuramoto order parameter.

use super::{PHASE_MOMENTS, PHASE_ORDER, phase_moments, phase_order};
use crate::argument::extents;
use crate::rows::parts;
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};

/// Length and angle of the mean of e^{imθ}.
#[derive(Debug, Outputs)]
pub struct OrderParameter<T: Real> {
    /// Length: 0 for phases that cancel, 1 for equal ones; `[B]`.
    pub r: Buffer<T>,
    /// Angle in radians in (−π, π], 0 where r = 0; `[B]`.
    pub psi: Buffer<T>,
}

/// Order parameter r·e^{iψ} = (1/N)·Σ e^{imθ} of every row of phases, m the `harmonic`, usually 1.
///
/// `theta [B, N]` in radians → `r, psi [B]`; NaN for N = 0. Kuramoto 1975; Acebrón et al. 2005. O(B·N), read once;
/// two doubles of scratch a row and each 16384 phases.
///
/// # Errors
/// `Shape` when `theta` has not two extents; out of memory.
#[operation(types(f32, f64), kernels(PHASE_MOMENTS, PHASE_ORDER))]
pub fn order_parameter<T: Real>(
    theta: &Buffer<T>,
    /// The multiple m of the phases: 1 for one cluster, 2 for two opposite ones.
    #[default(1)]
    harmonic: u32,
) -> Result<OrderParameter<T>> {
    let device = theta.device();
    let [b, n] = extents("order_parameter", "theta", "b, n", theta)?;
    let mut moments = device.zeros(&[b, parts(b, n), 2])?;
    phase_moments(theta, &mut moments, harmonic)?;
    let mut order = OrderParameter { r: device.zeros(&[b])?, psi: device.zeros(&[b])? };
    phase_order(&moments, &mut order.r, &mut order.psi, n as u64)?;
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::order_parameter;
    use approx::assert_relative_eq;
    use prism_device::Device;
    use std::f64::consts::PI;

    fn of(theta: &[f64], n: usize, harmonic: u32) -> (Vec<f64>, Vec<f64>) {
        let b = theta.len().checked_div(n).unwrap_or(1);
        let order = order_parameter(&Device::cpu().upload(theta, &[b, n]).unwrap(), harmonic).unwrap();
        (order.r.download().unwrap(), order.psi.download().unwrap())
    }

    /// `z = numpy.exp(1j*m*theta).mean(-1); abs(z), numpy.angle(z)`, numpy 2.4.6.
    #[test]
    fn equals_numpy() {
        let theta = [0.1, 0.2, 2.5, -3.0, 1.0, 1.0, 1.0, 1.0];
        let known = [
            (1, [0.194_478_236_790_194_46, 1.0], [1.332_089_529_759_413_7, 1.0]),
            (2, [0.786_572_131_793_637, 1.0], [-0.029_060_898_867_096_563, 2.0]),
        ];
        for (harmonic, r, psi) in known {
            let got = of(&theta, 4, harmonic);
            for i in 0..2 {
                assert_relative_eq!(got.0[i], r[i], max_relative = 1e-14);
                assert_relative_eq!(got.1[i], psi[i], max_relative = 1e-13);
            }
        }
    }

    #[test]
    fn the_edges_are_as_stated() {
        assert_eq!(of(&[PI], 1, 1).1, [PI]);
        let (r, psi) = of(&[], 0, 1);
        assert!(r[0].is_nan() && psi[0].is_nan());
        let device = Device::cpu();
        let order = order_parameter(&device.zeros::<f32>(&[1, 5]).unwrap(), 1).unwrap();
        assert_eq!((order.r.download().unwrap(), order.psi.download().unwrap()), (vec![1.0], vec![0.0]));
    }

    /// The law of rotation: ψ turns with the phases, r stays; long rows are summed in parts.
    #[test]
    fn rotation_turns_the_angle_and_keeps_the_length() {
        let theta: Vec<f64> = (0..50_001).map(|i| f64::from(i % 1000) * 2e-3).collect();
        let turned: Vec<f64> = theta.iter().map(|t| t + 0.5).collect();
        let (one, two) = (of(&theta, theta.len(), 1), of(&turned, theta.len(), 1));
        assert_relative_eq!(one.0[0], two.0[0], max_relative = 1e-13);
        assert_relative_eq!(one.1[0] + 0.5, two.1[0], max_relative = 1e-13);
        assert_relative_eq!(one.0[0], 1f64.sin(), max_relative = 1e-3);
    }
}
