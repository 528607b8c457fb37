//! Hadamard gates on several qubits in one pass.

use super::hadamard_pairs::hadamard;
use super::{Amplitude, deviation};
use prism_derive::kernel;
use prism_device::c128;

/// Hadamard gates on all qubits of a set, in place, in one pass over the states.
///
/// `state [n]`: states one after the other, qubit q being bit q of the index. Bit q of `targets` says that q is in the
/// set, which has room for the qubits 0 to 3 and eight others: a tile of 2¹² amplitudes in shared memory. Sums and
/// differences along every bit, times 2^(−k/2) for k targets: the fast Walsh–Hadamard transform. One read, one write.
#[kernel(
    threads = n.div_ceil(4096) * 512,
    block = [512],
    wide(n),
    requires(
        targets >= 1 && (targets | 15).count_ones() <= 12,
        targets < 1 << 48 && n % (targets + 1).next_power_of_two() == 0
    ),
    types(c64, c128),
    check(
        targets = [1, 2, 3, 7, 22, 96, 2048, 2730, 4095, 4097, 4_111, 8160, 12_544],
        n = [16, 0, 4, 32, 288, 4096, 12_288, 16_384, 40_960]
    ),
    bench(n = 268_435_456, targets = 4_095),
    bench(n = 268_435_456, targets = 1_044_480),
    bench(n = 268_435_456, targets = 267_386_880),
    ops = 2 * n * u64::from(targets.count_ones()),
    tolerance = Sum(2, deviation::of_hadamard_gates),
)]
pub fn hadamard_tile<T: Amplitude>(
    #[shape(n)]
    #[inout]
    state: &mut [T],
    targets: u64,
) {
    let mut wide: Vec<c128> = state.iter().map(|&a| a.wide()).collect();
    for target in (0..48).filter(|q| targets >> q & 1 == 1) {
        hadamard(&mut wide, target, 0, 0);
    }
    for (a, z) in state.iter_mut().zip(wide) {
        *a = T::nearest(z);
    }
}
