//! Many steps of a reservoir.

use super::reservoir_step::{magnitude, reservoir};
use prism_derive::kernel;
use prism_device::Real;

/// Neurons that one block holds.
const RESIDENT: u64 = 256;

/// The states of a reservoir over steps `first` to `first` + `count` of a series of inputs.
///
/// A step is [`reservoir_step`](super::reservoir_step); here `u [b, t, k]`, `y [b, t, m]` → `states [b, t, n]`, those of
/// other steps as they are. Step 0 starts from `x`, any other from the states of the step before. The launch with the
/// last step writes its states to `last [b, n]` too; without any steps that is `x`. Normal number of neuron j of element
/// i in step s: `offset` + (s·b + i)·n + j. With `split` = 1 one block takes elements through all steps: up to 256 neurons
/// four of them, W in its registers and shared memory but for what they do not hold, else eight. With more, `split`
/// blocks share one step. O(b·count·nnz(W)), to 256 neurons O(b·count·n²).
#[kernel(
    threads = (if split == 1 && n <= RESIDENT { b.div_ceil(4) } else { b.div_ceil(8) * split }) * 512,
    block = [512],
    shared = if split == 1 && n <= RESIDENT { 90_112 } else { 0 },
    requires(
        bn == 0 || bn == n, f <= 3, wr == n && wc == n && rs == 0 && nz == 0 || wr == 0 && wc == 0 && rs == n + 1,
        first + count <= t, split >= 1, split == 1 || count <= 1
    ),
    types(f32, f64),
    check(
        b = [0, 1, 9], n = [0, 1, 33, 100, 256, 257], t = [3, 0, 1], k = [0, 3], m = [2], wr = [0, 1, 33, 100, 256, 257],
        wc = [0, 1, 33, 100, 256, 257], rs = [0, 2, 34, 101, 257, 258], nz = [0, 3_000], bn = [0, 100, 257], f = [0], first = [0, 1],
        count = [2, 0, 1], split = [1, 3]
    ),
    bench(b = 1, n = 256, t = 1_000, k = 1, m = 0, wr = 256, wc = 256, bn = 256, count = 1_000, split = 1),
    bench(b = 512, n = 256, t = 1_000, k = 1, m = 0, wr = 256, wc = 256, bn = 256, count = 1_000, split = 1),
    inputs = reservoir,
    tolerance = Sum(n + k + m + 2, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn reservoir_run<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(wr, wc)] w: &[T],
    #[shape(rs)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[shape(nz)] value: &[T],
    #[shape(n, k)] w_in: &[T],
    #[shape(b, t, k)] u: &[T],
    #[shape(bn)] bias: &[T],
    #[shape(n, m)] w_fb: &[T],
    #[shape(b, t, m)] y: &[T],
    #[inout]
    #[shape(b, t, n)]
    states: &mut [T],
    #[inout]
    #[shape(b, n)]
    last: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    a: f64,
    f: u32,
    noise: f64,
    seed: u64,
    offset: u64,
    first: u32,
    count: u32,
    split: u32,
) {
    let end = (first + count) as usize;
    for s in first as usize..end {
        for i in 0..b {
            let at = i * t + s;
            let from = if s == 0 { &x[i * n..(i + 1) * n] } else { &states[(at - 1) * n..at * n] }.to_vec();
            super::reservoir_step_reference(
                &from,
                w,
                row_start,
                column,
                value,
                w_in,
                &u[at * k..(at + 1) * k],
                bias,
                w_fb,
                &y[at * m..(at + 1) * m],
                &mut states[at * n..(at + 1) * n],
                status,
                a,
                f,
                noise,
                seed,
                offset + ((s * b + i) * n) as u64,
                1,
                n,
                wr,
                wc,
                rs,
                nz,
                k,
                bn,
                m,
            );
        }
    }
    for i in (0..b).filter(|_| end == t) {
        let state = if t == 0 { &x[i * n..(i + 1) * n] } else { &states[(i * t + t - 1) * n..][..n] };
        last[i * n..(i + 1) * n].copy_from_slice(state);
    }
}
