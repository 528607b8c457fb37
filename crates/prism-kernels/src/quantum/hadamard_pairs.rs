//! The Hadamard gate on one qubit.

use super::{Amplitude, deviation, is_on};
use prism_derive::kernel;
use prism_device::c128;
use std::f64::consts::FRAC_1_SQRT_2;

/// Hadamard gate (1/√2)·[[1, 1], [1, −1]] on one qubit of every state, in place, where all controls are as asked.
///
/// `state [n]`: states one after the other, qubit q being bit q of the index. Amplitudes a and b whose indices differ in
/// bit `target` become (a + b)/√2 and (a − b)/√2 where index & `controls` = `value`. Amplitudes whose controls are on are
/// read once and written once, in units of 16 bytes.
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
    bench(n = 268_435_456, target = 3, controls = 0, value = 0),
    bench(n = 268_435_456, target = 12, controls = 0, value = 0),
    bench(n = 268_435_456, target = 27, controls = 0, value = 0),
    tolerance = Sum(2, deviation::of_one_gate),
)]
pub fn hadamard_pairs<T: Amplitude>(
    #[shape(n)]
    #[inout]
    state: &mut [T],
    target: u32,
    controls: u64,
    value: u64,
) {
    let mut wide: Vec<c128> = state.iter().map(|&a| a.wide()).collect();
    hadamard(&mut wide, target, controls, value);
    for (i, (a, z)) in state.iter_mut().zip(wide).enumerate() {
        if is_on(i, controls, value) {
            *a = T::nearest(z);
        }
    }
}

/// The gate on double precision.
pub(super) fn hadamard(state: &mut [c128], target: u32, controls: u64, value: u64) {
    for i in (0..state.len()).filter(|&i| i >> target & 1 == 0 && is_on(i, controls, value)) {
        let (a, b) = (state[i], state[i | 1 << target]);
        state[i] = (a + b) * FRAC_1_SQRT_2;
        state[i | 1 << target] = (a - b) * FRAC_1_SQRT_2;
    }
}
