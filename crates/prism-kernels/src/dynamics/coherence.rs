//! The length of the mean phasor, step by step.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The length |Σe^{iθ}|/`count` of the mean of every system's phasors, written as element `step` of its row.
///
/// `moments [b, parts, 2]`, sums of cosines and of sines → `r [b, s]`, all other elements as they are. O(b·parts).
#[kernel(
    threads = b.div_ceil(8) * 256,
    block = [256],
    requires(step < s),
    types(f32, f64),
    check(b = [1, 0, 33], parts = [1, 2, 65], s = [1, 3], step = [0, 2], count = [100, 1]),
    bench(b = 65_536, parts = 1, s = 1, count = 1_024),
    inputs = positive,
    tolerance = Sum(parts + 2),
)]
pub fn coherence<T: Real>(
    #[shape(b, parts, 2)] moments: &[f64],
    #[inout]
    #[shape(b, s)]
    r: &mut [T],
    step: u32,
    count: u64,
) {
    for system in 0..b {
        let sum = |which: usize| (0..parts).map(|p| moments[(system * parts + p) * 2 + which]).sum::<f64>();
        r[system * s + step as usize] = T::nearest(sum(0).hypot(sum(1)) / count as f64);
    }
}

/// No term takes from another.
fn positive(case: &mut Case) {
    case.change("moments", |moments| moments.iter_mut().for_each(|m| *m = m.abs()));
}
