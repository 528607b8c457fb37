//! The list of spikes from a bit mask.

use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// The neurons whose bits are set, row by row in ascending order, and where each row begins.
///
/// `spikes [r, w]`, `starts [r·⌈w/32⌉ + 1]` as [`spike_starts`](super::spike_starts) counts them → `neuron [m]`; those
/// beyond m are left out, elements beyond the spikes stay as they are; `row_start [r + 1]`. O(r·w).
#[kernel(
    threads = r.max(1) * w.div_ceil(32).max(1) * 32,
    block = [256, 128, 512, 1024],
    check(r = [0, 1, 3], w = [0, 1, 2, 31, 32, 33, 257], m = [0, 100, 30_000]),
    bench(r = 1, w = 312_500, m = 10_000_000),
    inputs = counted,
)]
pub fn spike_indices(
    #[shape(r, w)] spikes: &[u32],
    #[shape(r * w.div_ceil(32) + 1)] starts: &[u64],
    #[inout]
    #[shape(m)]
    neuron: &mut [u32],
    #[shape(r + 1)] row_start: &mut [u64],
) {
    let mut at = 0;
    for row in 0..r {
        row_start[row] = at as u64;
        for i in (0..32 * w).filter(|i| spikes[row * w + i / 32] >> (i % 32) & 1 == 1) {
            if at < m {
                neuron[at] = i as u32;
            }
            at += 1;
        }
    }
    row_start[r] = at as u64;
}

/// Starts that are of the mask.
fn counted(case: &mut Case) {
    let [r, w] = ["r", "w"].map(|name| case.quantity(name) as usize);
    let Value::U32(_, spikes) = case.value("spikes").clone() else { return };
    if let Value::U64(_, starts) = case.value("starts") {
        super::spike_starts_reference(&spikes, starts, &mut [0], r, w);
    }
}
