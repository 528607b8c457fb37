//! Probabilities of the outcomes of some qubits.

use super::Amplitude;
use crate::rows::sum;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// Probability of every outcome of a list of qubits, or parts of it, in double precision.
///
/// `state [b, s]`, the list `qubits [m]` with the bits `listed`, each once → `probabilities [b, outcomes, parts]`: bit j of
/// an outcome is qubit `qubits[j]`, and part k holds the terms from k·⌈t/parts⌉ on, where the bits from 5 on that are not
/// listed count t. O(b·s), read once; no scratch.
#[kernel(
    threads = (32 * b * parts) << (listed & !31).count_ones(),
    block = [256, 128, 512, 1024],
    wide(s, outcomes),
    requires(
        s.is_power_of_two() && listed < s && u64::from(listed.count_ones()) == m,
        outcomes == 1 << m,
        parts >= 1
    ),
    types(c64, c128),
    check(
        listed = [0, 1, 31, 20, 64, 545, 1_984, 2_047],
        b = [1, 0, 3],
        s = [1, 2, 32, 128, 2048],
        m = [0, 1, 5, 2, 3, 11],
        outcomes = [1, 2, 32, 4, 8, 2048],
        parts = [1, 5]
    ),
    bench(b = 1, s = 268_435_456, m = 1, outcomes = 2, parts = 4096, listed = 134_217_728),
    bench(b = 1, s = 268_435_456, m = 1, outcomes = 2, parts = 8192, listed = 1),
    bench(b = 1, s = 268_435_456, m = 14, outcomes = 16_384, parts = 1, listed = 89_478_485),
    inputs = list,
    tolerance = Sum(s),
)]
pub fn marginal_probabilities<T: Amplitude>(
    #[shape(b, s)] state: &[T],
    #[shape(m)] qubits: &[u32],
    #[shape(b, outcomes, parts)] probabilities: &mut [f64],
    listed: u64,
) {
    let open: Vec<usize> = (5..64).filter(|q| (s as u64 - 1) & !listed & 1 << q != 0).map(|q| 1 << q).collect();
    let length = (1usize << open.len()).div_ceil(parts);
    let mut terms = vec![Vec::new(); probabilities.len()];
    for (i, a) in state.iter().enumerate() {
        let outcome: usize = qubits.iter().enumerate().map(|(j, q)| (i >> q & 1) << j).sum();
        let part = open.iter().enumerate().map(|(j, bit)| usize::from(i & bit != 0) << j).sum::<usize>() / length;
        terms[(i / s * outcomes + outcome) * parts + part].push(a.probability());
    }
    for (p, terms) in probabilities.iter_mut().zip(terms) {
        *p = sum(terms.into_iter());
    }
}

/// The listed qubits, the highest first.
fn list(case: &mut Case) {
    let listed = case.quantity("listed");
    let qubits: Vec<u32> = (0..64).rev().filter(|q| listed >> q & 1 == 1).collect();
    *case.value("qubits") = Value::U32(vec![qubits.len()], qubits);
}
