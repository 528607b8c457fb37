//! The turn of amplitudes that a phase gate is.

use super::{Amplitude, deviation, is_on};
use prism_derive::kernel;
use prism_device::c128;
use prism_device::conformance::{Case, Value};

/// Multiplies the amplitudes whose index has `value` at the bits of `fixed` by `cosine` + i·`sine`, in place.
///
/// `state [n]`: states one after the other, qubit q being bit q of the index. The factor is rounded to the precision of
/// the amplitudes first. Those amplitudes are read once and written once, in units of 16 bytes; no others are touched.
#[kernel(
    threads = (n >> (fixed & !1).count_ones()).div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    requires(
        fixed >= 1,
        fixed < 1 << 48 && n % (fixed + 1).next_power_of_two() == 0,
        value & !fixed == 0
    ),
    types(c64, c128),
    check(
        fixed = [1, 2, 3, 4, 16, 33, 96, 1025, 1040],
        value = [0, 1, 2, 4, 16, 33, 96, 1025, 1040],
        n = [8, 0, 2, 64, 96, 256, 6144]
    ),
    bench(n = 268_435_456, fixed = 134_217_728, value = 134_217_728),
    bench(n = 268_435_456, fixed = 4_096, value = 4_096),
    bench(n = 268_435_456, fixed = 1, value = 1),
    inputs = turn,
    tolerance = Sum(2, deviation::of_one_gate),
)]
pub fn amplitude_rotation<T: Amplitude>(
    #[shape(n)]
    #[inout]
    state: &mut [T],
    fixed: u64,
    value: u64,
    cosine: f64,
    sine: f64,
) {
    let factor = c128::new(cosine, sine);
    for i in (0..n).filter(|&i| is_on(i, fixed, value)) {
        state[i] = T::nearest(state[i].wide() * factor);
    }
}

/// An angle that differs from case to case.
fn turn(case: &mut Case) {
    let (sine, cosine) = (0.7 * (case.quantity("fixed") + case.quantity("n")) as f64).sin_cos();
    *case.value("cosine") = Value::Scalar(cosine.into());
    *case.value("sine") = Value::Scalar(sine.into());
}
