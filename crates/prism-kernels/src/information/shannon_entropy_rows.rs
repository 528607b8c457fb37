//! Shannon entropy of rows.

use super::plain::{nats, prepare_rows, wide};
use crate::rows::packs;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Shannon entropy −Σ p·log p of every row, in units of the logarithm to `base`.
///
/// `p [r, n]` → `entropy [r]`. With `normalize_input` = 1 a row is divided by its sum, with 0 it is taken as it is.
/// NaN for a row with a negative entry or with sum 0; 0·log 0 = 0. Eight terms at most are summed in the element type,
/// their sums in double precision; logarithms in the element type. Shannon 1948; equals
/// `scipy.stats.entropy(p, axis=-1, base=base)` but for negative entries, where scipy says −∞. O(r·n), read once, no
/// scratch; a row above 4096 entries is one block's: [`shannon_entropy`](super::shannon_entropy()) cuts long ones.
#[kernel(
    threads = packs(r, n, 1),
    block = [128, 256],
    requires(normalize_input <= 1),
    types(f32, f64),
    check(
        r = [0, 1, 9, 33],
        n = [0, 1, 2, 16, 31, 33, 132, 257, 512, 516, 1000, 1024, 1025, 2052, 4096, 4100, 5000],
        base = [2],
        normalize_input = [0, 1],
    ),
    bench(r = 65_536, n = 1_024, base = 2, normalize_input = 1),
    bench(r = 1_048_576, n = 16, base = 2, normalize_input = 1),
    bench(r = 1_024, n = 65_536, base = 2, normalize_input = 1),
    inputs = rows,
    tolerance = Sum(n),
)]
pub fn shannon_entropy_rows<T: Real>(
    #[shape(r.., n)] p: &[T],
    #[shape(r..)] entropy: &mut [T],
    #[domain(super::BASE)] base: f64,
    normalize_input: u32,
) {
    for row in 0..r {
        let cells = wide(&p[row * n..(row + 1) * n]);
        entropy[row] = T::nearest(nats(&cells, normalize_input == 1) / base.ln());
    }
}

/// Rows that meet every edge; those that are not to be normalised sum to about 1, or are counts.
fn rows(case: &mut Case) {
    let n = case.quantity("n");
    prepare_rows(case, "p", n);
    if case.quantity("normalize_input") == 0 {
        case.change("p", |p| p.iter_mut().for_each(|p| *p /= 64.0 * n as f64));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{shannon_entropy, shannon_entropy_rows};
    use approx::assert_relative_eq;
    use prism_device::Device;

    fn call(p: &[f64], n: usize, base: f64, normalize_input: u32) -> Vec<f64> {
        let device = Device::cpu();
        let (p, r) = (device.upload(p, &[p.len() / n, n]).unwrap(), p.len() / n);
        let mut out = device.zeros(&[r]).unwrap();
        shannon_entropy_rows(&p, &mut out, base, normalize_input).unwrap();
        out.download().unwrap()
    }

    /// `scipy.stats.entropy(row, base=…)`, scipy 1.17.1.
    #[test]
    fn equals_scipy() {
        let rows = [0.5, 0.5, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 1.0, 0.0, 0.0, 0.0, 3.0, 1.0, 4.0, 1.0];
        let nats = [std::f64::consts::LN_2, 1.279_854_225_833_667_6, 0.0, 1.214_889_653_949_120_3];
        let bits = [1.0, 1.846_439_344_671_015_7, 0.0, 1.752_715_278_979_704_7];
        let bans = [std::f64::consts::LOG10_2, 0.555_833_627_920_12, 0.0, 0.527_619_872_831_454_1];
        for (base, expected) in [(std::f64::consts::E, nats), (2.0, bits), (10.0, bans)] {
            for (h, expected) in call(&rows, 4, base, 1).into_iter().zip(expected) {
                assert_relative_eq!(h, expected, max_relative = 4e-16);
            }
        }
    }

    #[test]
    fn rows_that_are_not_normalised_are_taken_as_they_are() {
        assert_relative_eq!(call(&[0.25, 0.25, 0.0], 3, 2.0, 0)[0], 1.0);
        assert_relative_eq!(call(&[4.0, 1.0, 0.0], 3, 2.0, 0)[0], -8.0);
    }

    #[test]
    fn bad_rows_are_nan_and_one_filled_bin_is_plus_zero() {
        let h = call(&[0.0, 0.0, -0.5, -0.5, f64::NAN, 1.0, 1.0, f64::INFINITY, 0.3, 0.0], 2, 2.0, 1);
        assert!(h[..4].iter().all(|h| h.is_nan()), "{h:?}");
        assert_eq!(h[4].to_bits(), 0);
        let device = Device::cpu();
        let mut out = device.zeros(&[3]).unwrap();
        shannon_entropy_rows::<f32>(&device.zeros(&[3, 0]).unwrap(), &mut out, 2.0, 1).unwrap();
        assert!(out.download().unwrap().iter().all(|h| h.is_nan()));
    }

    #[test]
    fn a_long_row_in_parts_has_the_entropy_of_the_whole() {
        let device = Device::cpu();
        let p: Vec<f64> = (0..200_001).map(|i| f64::from(i % 1009)).collect();
        let p = device.upload(&p, &[1, p.len()]).unwrap();
        for normalize_input in [0, 1] {
            let mut whole = device.zeros(&[1]).unwrap();
            shannon_entropy_rows(&p, &mut whole, 2.0, normalize_input).unwrap();
            let parts = shannon_entropy(&p, 2.0, normalize_input == 1).unwrap();
            let (whole, parts) = (whole.download().unwrap()[0], parts.download().unwrap()[0]);
            assert_relative_eq!(whole, parts, max_relative = 1e-14);
        }
    }
}
