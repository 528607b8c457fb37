//! Shannon entropy of counts, its bias corrected.

use super::plain::{nats, prepare_rows};
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::Case;

/// Miller–Madow entropy of every row of counts, in units of the logarithm to `base`.
///
/// `counts [r, n]` → `entropy [r]`, H + (m − 1)/2N in nats: H the Shannon entropy of the frequencies, m the bins that
/// are not empty, N the total. NaN when N = 0; 0 when one bin has all. Miller 1955; equals
/// `infomeasure.entropy(x, approach="miller_madow")`. O(r·n), read once, no scratch.
#[kernel(
    threads = r * if n <= 4096 { 32 } else { 256 },
    block = [256],
    types(u32, u64),
    check(r = [0, 1, 9, 33], n = [0, 1, 2, 31, 33, 257, 1000, 5000], base = [2, 10]),
    bench(r = 65_536, n = 1_024, base = 2),
    bench(r = 1_048_576, n = 16, base = 2),
    inputs = rows,
    tolerance = Sum(n),
)]
pub fn miller_madow_entropy<T: Element>(#[shape(r, n)] counts: &[T], #[shape(r)] entropy: &mut [f64], base: f64) {
    for row in 0..r {
        let bins: Vec<f64> = counts[row * n..(row + 1) * n].iter().filter_map(T::to_f64).collect();
        let (total, filled) = (bins.iter().sum::<f64>(), bins.iter().filter(|&&c| c > 0.0).count());
        entropy[row] = (nats(&bins, true) + (filled as f64 - 1.0) / (2.0 * total)) / base.ln();
    }
}

fn rows(case: &mut Case) {
    let n = case.quantity("n");
    prepare_rows(case, "counts", n);
}
