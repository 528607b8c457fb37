//! Shannon entropy of counts, its bias corrected.

use super::plain::{nats, prepare_rows};
use crate::rows::packs;
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::Case;

/// Miller–Madow entropy of every row of counts, in units of the logarithm to `base`.
///
/// `counts [r, n]` → `entropy [r]`, H + (m − 1)/2N in nats: H the Shannon entropy of the frequencies, m the bins that
/// are not empty, N the total. NaN when N = 0; 0 when one bin has all. Miller 1955; equals
/// `infomeasure.entropy(x, approach="miller_madow")`. O(r·n), read once, no scratch.
#[kernel(
    operation,
    default(base = 2.718281828459045),
    threads = packs(r, n, 1),
    block = [256],
    types(u32, u64),
    check(r = [0, 1, 9, 33], n = [0, 1, 2, 16, 31, 33, 132, 257, 512, 516, 1000, 2052, 4100, 5000], base = [2, 10]),
    bench(r = 65_536, n = 1_024, base = 2),
    bench(r = 1_048_576, n = 16, base = 2),
    inputs = rows,
    tolerance = Sum(n),
)]
pub fn miller_madow_entropy<T: Element>(
    #[shape(r.., n)] counts: &[T],
    #[shape(r..)] entropy: &mut [f64],
    /// The base of the logarithm, greater than 0: e for nats, 2 for bits.
    #[domain(super::BASE)]
    base: f64,
) {
    for row in 0..r {
        let bins: Vec<f64> = counts[row * n..(row + 1) * n].iter().flat_map(|c| c.doubles()).collect();
        let (total, filled) = (bins.iter().sum::<f64>(), bins.iter().filter(|&&c| c > 0.0).count());
        entropy[row] = (nats(&bins, true) + (filled as f64 - 1.0) / (2.0 * total)) / base.ln();
    }
}

fn rows(case: &mut Case) {
    let n = case.quantity("n");
    prepare_rows(case, "counts", n);
}

#[cfg(test)]
mod tests {
    use super::miller_madow_entropy;
    use approx::assert_relative_eq;
    use prism_device::Device;

    fn call(counts: &[u32], base: f64) -> f64 {
        let device = Device::cpu();
        let mut out = device.zeros(&[1]).unwrap();
        miller_madow_entropy(&device.upload(counts, &[1, counts.len()]).unwrap(), &mut out, base).unwrap();
        out.download().unwrap()[0]
    }

    /// `infomeasure.entropy(x, approach="miller_madow", base=…)` of data with those counts, infomeasure 0.6.3.
    #[test]
    fn equals_infomeasure() {
        let known: [(&[u32], f64, f64); 3] = [
            (&[3, 1, 4, 1, 5, 9, 2, 6], 1.972_694_422_382_933_5, 2.845_996_460_361_176_3),
            (&[1, 1, 1, 1], 1.761_294_361_119_890_6, 2.541_010_640_333_361_4),
            (&[100, 1, 0, 0, 2], 0.159_939_542_016_732_55, 0.230_743_984_109_592_1),
        ];
        for (counts, nats, bits) in known {
            assert_relative_eq!(call(counts, std::f64::consts::E), nats, max_relative = 1e-15);
            assert_relative_eq!(call(counts, 2.0), bits, max_relative = 1e-15);
        }
    }

    #[test]
    fn no_counts_are_nan_and_one_bin_is_zero() {
        assert!(call(&[0, 0, 0], 2.0).is_nan());
        assert!(call(&[], 2.0).is_nan());
        assert_eq!(call(&[7, 0, 0], 2.0).to_bits(), 0);
    }
}
