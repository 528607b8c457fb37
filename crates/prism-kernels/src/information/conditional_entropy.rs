//! Entropy of one discrete variable given another, from their joint table.

use super::mutual_information::{marginal_entropies, tables};
use super::plain::{margins, nats, wide};
use crate::rows::packs;
use prism_derive::kernel;
use prism_device::Element;

/// Conditional entropy H(Y|X) = H(X, Y) − H(X) of every joint table, in units of the logarithm to `base`.
///
/// `joint [r, a, b]`, X along a and Y along b → `entropy [r]`. With `normalize_input` = 1 a table is divided by its sum,
/// with 0 it is taken as it is. NaN for a table with a negative cell or with sum 0. Cover & Thomas 2006; equals
/// `scipy.stats.entropy` of the table less that of its sums over b. Doubles throughout. O(r·a·b), read three times, twice
/// from the caches; no scratch.
#[kernel(
    operation,
    default(base = 2.718281828459045, normalize_input = true),
    choices(normalize_input = [false, true]),
    threads = if a * b > 4096 { r * 512 } else { packs(r, a * b, 1) },
    block = [512],
    requires(normalize_input <= 1),
    types(f32, f64, u32),
    check(
        r = [0, 1, 17],
        a = [0, 1, 2, 31, 257],
        b = [0, 1, 2, 33, 1000],
        base = [2],
        normalize_input = [0, 1],
    ),
    bench(r = 65_536, a = 16, b = 16, base = 2, normalize_input = 1),
    bench(r = 64, a = 512, b = 512, base = 2, normalize_input = 1),
    inputs = tables,
    tolerance = Sum(a * b, marginal_entropies),
)]
pub fn conditional_entropy<T: Element + Into<f64>>(
    #[shape(r.., a, b)] joint: &[T],
    #[shape(r..)] entropy: &mut [f64],
    /// The base of the logarithm, greater than 0: e for nats, 2 for bits.
    #[domain(super::BASE)]
    base: f64,
    /// Whether a table is divided by its sum.
    normalize_input: u32,
) {
    for row in 0..r {
        let table = wide(&joint[row * a * b..(row + 1) * a * b]);
        let (x, _) = margins(&table, a, b);
        entropy[row] = (nats(&table, normalize_input == 1) - nats(&x, normalize_input == 1)) / base.ln();
    }
}

#[cfg(test)]
mod tests {
    use super::conditional_entropy;
    use approx::assert_abs_diff_eq;
    use prism_device::Device;

    fn call(joint: &[u32], shape: &[usize; 3], base: f64) -> Vec<f64> {
        let device = Device::cpu();
        let mut out = device.zeros(&[shape[0]]).unwrap();
        conditional_entropy(&device.upload(joint, shape).unwrap(), &mut out, base, 1).unwrap();
        out.download().unwrap()
    }

    /// `scipy.stats.entropy(t.ravel()) - scipy.stats.entropy(t.sum(1))`, scipy 1.17.1.
    #[test]
    fn equals_the_difference_of_scipys_entropies() {
        let known: [(&[u32], [usize; 3], f64); 4] = [
            (&[10, 2, 3, 1, 12, 4], [1, 2, 3], 0.803_541_889_577_768_3),
            (&[5, 0, 0, 7], [1, 2, 2], 0.0),
            (&[1, 2, 2, 4], [1, 2, 2], 0.636_514_168_294_812_8),
            (&[0, 3, 1, 2, 0, 0, 1, 1, 9], [1, 3, 3], 0.520_656_904_895_961),
        ];
        for (table, shape, nats) in known {
            assert_abs_diff_eq!(call(table, &shape, std::f64::consts::E)[0], nats, epsilon = 1e-15);
            assert_abs_diff_eq!(call(table, &shape, 2.0)[0], nats / 2f64.ln(), epsilon = 1e-15);
        }
    }

    #[test]
    fn an_empty_table_is_nan() {
        assert!(call(&[0, 0, 0, 0], &[1, 2, 2], 2.0)[0].is_nan());
        assert!(call(&[], &[1, 0, 2], 2.0)[0].is_nan());
    }
}
