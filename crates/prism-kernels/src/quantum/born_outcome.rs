//! The outcome of the measurement of one qubit.

use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::philox::Philox;

/// Outcome of the measurement of one qubit of every state, and what its remaining amplitudes are to be multiplied by.
///
/// `probabilities [b, 2]` of 0 and of 1, of any sum → `outcome [b]`: 0 where u < p₀/(p₀ + p₁), u double number i, for
/// state i, of the Philox stream; `scale [b]` 1/√p of the outcome. Where the sum is 0 or not finite `fault` becomes 1,
/// outcome and scale 0. O(b).
#[kernel(
    threads = b,
    block = [256, 128, 512, 1024],
    check(b = [1, 0, 2, 31, 33, 257, 1000], seed = [0, 42], stream = [0, 3]),
    bench(b = 1_048_576, seed = 1, stream = 0),
    inputs = shares,
)]
pub fn born_outcome(
    #[shape(b, 2)] probabilities: &[f64],
    #[shape(b)] outcome: &mut [u32],
    #[shape(b)] scale: &mut [f64],
    #[shape(1)]
    #[inout]
    fault: &mut [u32],
    seed: u64,
    stream: u64,
) {
    for row in 0..b {
        let [zero, one] = [probabilities[2 * row], probabilities[2 * row + 1]];
        let total = zero + one;
        let is_state = total > 0.0 && total.is_finite();
        let is_zero = Philox::new(seed, stream).uniform(row as u64) < zero / total;
        fault[0] |= u32::from(!is_state);
        outcome[row] = u32::from(is_state && !is_zero);
        scale[row] = if is_state { 1.0 / if is_zero { zero } else { one }.sqrt() } else { 0.0 };
    }
}

/// Probabilities of any sum, some of them 0; from 33 states on, one is no state.
fn shares(case: &mut Case) {
    let b = case.quantity("b");
    case.change("probabilities", |p| {
        for (i, p) in p.iter_mut().enumerate() {
            *p *= if i % 7 == 0 { 0.0 } else { *p };
        }
        if b > 32 {
            p[b as usize - 3] = [f64::NAN, f64::INFINITY][(b % 2) as usize];
        }
    });
}
