//! What inputs drive the gates of recurrent networks with.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// x·Wᵀ + bias for every row of x, of which there are few: the inputs' half of the gates, of all steps together.
///
/// `x [m, k]`, `w [g, k]`, `bias [a]` (g or none) → `drive [m, g]`. A warp for eight rows and one output: W is read ⌈m/8⌉
/// times. O(m·g·k).
#[kernel(
    threads = m.div_ceil(8) * g * 32,
    block = [256, 128, 64],
    requires(a == 0 || a == g),
    types(f32, f64),
    check(m = [9, 0, 1, 31, 33, 65, 257], k = [33, 0, 1, 16, 100], g = [65, 0, 1, 257], a = [0, 65]),
    bench(m = 1, k = 1_024, g = 4_096, a = 4_096),
    bench(m = 32, k = 1_024, g = 4_096, a = 4_096),
    ops = 2 * m * k * g,
    tolerance = Units(bounds),
)]
pub fn gate_drive<T: Real>(
    #[shape(m, k)] x: &[T],
    #[shape(g, k)] w: &[T],
    #[shape(a)] bias: &[T],
    #[shape(m, g)] drive: &mut [T],
) {
    for at in 0..m * g {
        let (x, w) = (&x[at / g * k..][..k], &w[at % g * k..][..k]);
        let sum: f64 = x.iter().zip(w).map(|(&x, &w)| x.into() * w.into()).sum();
        drive[at] = T::nearest(sum + bias.get(at % g).map_or(0.0, |&bias| bias.into()));
    }
}

/// 8·√K·Σ|x·w| and the last rounding, here and there.
fn bounds(case: &Case, _: &str) -> Vec<f64> {
    let [m, k, g] = ["m", "k", "g"].map(|name| case.quantity(name) as usize);
    let (x, w, bias) = (case.doubles("x"), case.doubles("w"), case.doubles("bias"));
    let factor = |at: usize| {
        let terms = || x[at / g * k..][..k].iter().zip(&w[at % g * k..][..k]).map(|(x, w)| x * w);
        let bias = bias.get(at % g).copied().unwrap_or(0.0);
        let drive = terms().sum::<f64>() + bias;
        let magnitude = terms().map(f64::abs).sum::<f64>();
        8.0 * (k as f64).sqrt() * magnitude + 2.0 * drive.abs()
    };
    (0..m * g).map(factor).collect()
}

#[cfg(test)]
mod tests {
    use super::gate_drive;
    use prism_device::Device;

    #[test]
    fn every_row_drives_every_gate() {
        let device = Device::cpu();
        let x = device.upload(&[1.0, 2.0, -1.0, 0.5], &[2, 2]).unwrap();
        let w = device.upload(&[1.0, 0.0, 0.0, 1.0, 2.0, -4.0], &[3, 2]).unwrap();
        let mut drive = device.zeros(&[2, 3]).unwrap();
        gate_drive(&x, &w, &device.upload(&[0.5, 0.0, -1.0], &[3]).unwrap(), &mut drive).unwrap();
        assert_eq!(drive.download().unwrap(), [1.5, 2.0, -7.0, -0.5, 0.5, -5.0]);
        gate_drive(&x, &w, &device.zeros(&[0]).unwrap(), &mut drive).unwrap();
        assert_eq!(drive.download().unwrap(), [1.0, 2.0, -6.0, -1.0, 0.5, -4.0]);
    }
}
