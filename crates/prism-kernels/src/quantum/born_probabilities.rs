//! The probabilities of all outcomes.

use super::Amplitude;
use prism_derive::kernel;

/// Squared modulus of every amplitude, in double precision.
///
/// `state [n]` → `probabilities [n]`, re² + im² with one rounding each. One read, one write.
#[kernel(
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    types(c64, c128),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 2047, 2049, 10_001]),
    bench(n = 134_217_728),
)]
pub fn born_probabilities<T: Amplitude>(#[shape(n)] state: &[T], #[shape(n)] probabilities: &mut [f64]) {
    for (p, a) in probabilities.iter_mut().zip(state) {
        *p = a.probability();
    }
}
