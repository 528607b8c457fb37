//! What a measurement leaves of a state.

use super::Amplitude;
use prism_derive::kernel;
use prism_device::conformance::Case;

/// Multiplies the amplitudes that agree with a measured qubit and makes all others 0, in place.
///
/// `state [b, s]`, `outcome [b]` of qubit `target`, `scale [b]`: products in double precision, rounded once. Half of the
/// state is read for targets from 1 on, all of it is written.
#[kernel(
    threads = (b * s).div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(s),
    requires(s.is_power_of_two(), target < 48 && s % (2 << target) == 0),
    types(c64, c128),
    check(target = [0, 1, 2, 5, 9], b = [1, 0, 2, 7, 33], s = [2, 4, 8, 64, 1024, 4096]),
    bench(b = 1, s = 268_435_456, target = 27),
    bench(b = 1_024, s = 262_144, target = 0),
    inputs = outcomes,
)]
pub fn state_collapse<T: Amplitude>(
    #[shape(b, s)]
    #[inout]
    state: &mut [T],
    #[shape(b)] outcome: &[u32],
    #[shape(b)] scale: &[f64],
    target: u32,
) {
    for (i, a) in state.iter_mut().enumerate() {
        let is_kept = ((i % s) >> target & 1) as u32 == outcome[i / s];
        *a = if is_kept { T::nearest(a.wide() * scale[i / s]) } else { T::zeroed() };
    }
}

fn outcomes(case: &mut Case) {
    case.change("outcome", |outcome| outcome.iter_mut().for_each(|o| *o %= 2.0));
    case.change("state", |x| x.iter_mut().step_by(11).for_each(|x| *x = f64::NAN));
}
