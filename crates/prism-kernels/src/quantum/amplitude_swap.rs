//! The exchange of amplitudes that Pauli's X and the controlled NOT are.

use super::{Amplitude, is_on};
use prism_derive::kernel;
use prism_device::conformance::Case;

/// Exchanges the amplitudes whose indices differ in one bit, in place, where all controls are as asked.
///
/// `state [n]`: states one after the other, qubit q being bit q of the index. The indices differ in bit `target` and have
/// index & `controls` = `value`. Bits are moved, never computed with. Amplitudes whose controls are on are read once and
/// written once, in units of 16 bytes.
#[kernel(
    threads = (n >> (controls & !1).count_ones()).div_ceil(8),
    block = [256, 128, 64],
    wide(n),
    requires(
        target < 48 && n % (2 << target) == 0,
        controls < 1 << 48 && n % (controls + 1).next_power_of_two() == 0,
        controls >> target & 1 == 0,
        value & !controls == 0
    ),
    types(c64, c128),
    check(
        target = [0, 1, 2, 4, 5, 6, 9],
        controls = [0, 1, 2, 8, 129, 1026],
        value = [0, 1, 8, 128, 1026],
        n = [8, 0, 2, 32, 64, 96, 256, 6144]
    ),
    bench(n = 268_435_456, target = 0, controls = 0, value = 0),
    bench(n = 268_435_456, target = 12, controls = 0, value = 0),
    bench(n = 268_435_456, target = 27, controls = 4_096, value = 4_096),
    bench(n = 268_435_456, target = 12, controls = 134_217_728, value = 134_217_728),
    inputs = edges,
)]
pub fn amplitude_swap<T: Amplitude>(
    #[shape(n)]
    #[inout]
    state: &mut [T],
    target: u32,
    controls: u64,
    value: u64,
) {
    for i in (0..n).filter(|&i| i >> target & 1 == 0 && is_on(i, controls, value)) {
        state.swap(i, i | 1 << target);
    }
}

/// Numbers that only a move keeps as they are.
fn edges(case: &mut Case) {
    const EDGES: [f64; 6] = [f64::INFINITY, -0.0, f64::NAN, 1e-40, 0.0, f64::NEG_INFINITY];
    case.change("state", |x| x.iter_mut().step_by(5).zip(EDGES.iter().cycle()).for_each(|(x, e)| *x = *e));
}
