//! The stationary distribution of a Markov process.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Stationary distribution of every Markov process with rates `w_ij` from j to i, by elimination without subtraction.
///
/// `w [b, n, n]`, its diagonal not read → `p [b, n]` with Σp = 1, and the eliminated rates, `reduced [b, n, n]`, with p
/// before it is scaled on the diagonal. `fault` becomes the complement of the first place in `p` whose state leads to
/// none before it, in a process that is not irreducible, and stays 0 when there is none. Grassmann, Taksar & Heyman 1985:
/// every element is right to about n units in the last place. Doubles inside. O(b·n³), a block a process.
#[kernel(
    threads = b * 256,
    block = [256],
    types(f32, f64),
    check(b = [0, 1, 5], n = [0, 1, 2, 3, 31, 32, 33, 64, 65, 96, 97, 161]),
    bench(b = 1_024, n = 32),
    bench(b = 1, n = 512),
    ops = b * n * n * n * 2 / 3,
    inputs = rates,
    tolerance = Elementwise(4096.0),
)]
pub fn stationary<T: Real>(
    #[shape(b, n, n)] w: &[T],
    #[shape(b, n, n)] reduced: &mut [f64],
    #[shape(b, n)] p: &mut [T],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
) {
    for batch in 0..b {
        let q = &mut reduced[batch * n * n..][..n * n];
        for i in 0..n {
            for j in 0..n {
                q[i * n + j] = w[(batch * n + j) * n + i].into();
            }
        }
        for k in (1..n).rev() {
            let out = sum((0..k).map(|j| q[k * n + j]));
            if out == 0.0 {
                fault[0] = fault[0].max(!((batch * n + k) as u64));
            }
            for i in 0..k {
                q[i * n + k] /= out;
                for j in (0..k).filter(|&j| j != i) {
                    q[i * n + j] += q[i * n + k] * q[k * n + j];
                }
            }
        }
        for k in 0..n {
            q[k * n + k] = if k == 0 { 1.0 } else { sum((0..k).map(|i| q[i * n + i] * q[i * n + k])) };
        }
        let total = sum((0..n).map(|k| q[k * n + k]));
        for k in 0..n {
            p[batch * n + k] = T::nearest(q[k * n + k] / total);
        }
    }
}

/// Positive rates, some 0; the third process has, for even n, a last state that nothing leaves.
fn rates(case: &mut Case) {
    let n = case.quantity("n") as usize;
    case.change("w", |w| {
        for (at, w) in w.iter_mut().enumerate() {
            let (batch, i, j) = (at / n / n, at / n % n, at % n);
            let is_absorbed = batch == 2 && n.is_multiple_of(2) && j == n - 1;
            *w = if is_absorbed || (i.abs_diff(j) > 1 && at % 3 == 1) { 0.0 } else { w.abs() + 0.01 };
        }
    });
}

#[cfg(test)]
mod tests {
    use super::stationary;
    use approx::assert_relative_eq;
    use prism_device::Device;

    /// A birth–death chain has `p_k ∝ Π birth/death`; rates of very unlike size.
    #[test]
    fn a_birth_death_chain_is_known_exactly() {
        let n = 9;
        let mut w = vec![0.0f64; n * n];
        let mut known = vec![1.0f64];
        for k in 1..n {
            let (birth, death) = (10f64.powi(k as i32 - 5), 3.0 + k as f64);
            w[k * n + k - 1] = birth;
            w[(k - 1) * n + k] = death;
            known.push(known[k - 1] * birth / death);
        }
        let total: f64 = known.iter().sum();
        let device = Device::cpu();
        let (mut reduced, mut p) = (device.zeros(&[1, n, n]).unwrap(), device.zeros(&[1, n]).unwrap());
        let mut fault = device.zeros(&[1]).unwrap();
        stationary(&device.upload(&w, &[1, n, n]).unwrap(), &mut reduced, &mut p, &mut fault).unwrap();
        assert_eq!(fault.download().unwrap(), [0]);
        for (p, known) in p.download().unwrap().into_iter().zip(known) {
            assert_relative_eq!(p, known / total, max_relative = 1e-14);
        }
    }
}
