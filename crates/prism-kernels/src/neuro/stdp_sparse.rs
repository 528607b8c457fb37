//! A step of plasticity of some synapses between two populations.

use super::plasticity::{Rule, prepare, spikes_in};
use super::weights::prepare_rows;
use super::words;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Weights of compressed rows after step `step` of pair-based spike-timing-dependent plasticity.
///
/// As [`stdp_dense`](super::stdp_dense), for the synapses `row_start [n + 1]`, `column`, `w [nz]`; a row must hold a column
/// once. `status`: bit 0 for a weight outside [0, `w_max`], bit 1 for a row that points outside the m columns; such a
/// row stays as it is. A warp a row. O(nz): the columns of every row are read, weights only of neurons that spike.
#[kernel(
    threads = n * 32,
    block = [256, 128, 512, 1024],
    requires(step < s),
    types(f32, f64),
    check(n = [0, 1, 2, 31, 33, 257], m = [1, 2, 31, 33, 257, 1000], s = [2], step = [0, 1], nz = [0, 500, 5_000]),
    bench(n = 65_536, m = 65_536, s = 1, step = 0, nz = 33_554_432),
    inputs = synapses,
    tolerance = Sum(4, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn stdp_sparse<T: Real>(
    #[shape(n + 1)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[inout]
    #[shape(nz)]
    w: &mut [T],
    #[shape(n)] x: &[T],
    #[shape(m)] y: &[T],
    #[shape(s, words(n))] pre: &[u32],
    #[shape(s, words(m))] post: &[u32],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    step: u32,
    potentiation: f64,
    depression: f64,
    mu_plus: f64,
    mu_minus: f64,
    w_max: f64,
    decay_plus: f64,
    decay_minus: f64,
) {
    let rule = Rule { potentiation, depression, mu_plus, mu_minus, w_max };
    let pre = &pre[step as usize * words(n as u64) as usize..];
    let post = &post[step as usize * words(m as u64) as usize..];
    for i in 0..n {
        let (begin, end) = (i64::from(row_start[i]), i64::from(row_start[i + 1]));
        let columns = if 0 <= begin && begin <= end && end <= nz as i64 { begin as usize..end as usize } else { 0..0 };
        let inside = column[columns.clone()].iter().all(|&c| (0..m as i64).contains(&c.into()));
        if !inside || columns.len() as i64 != end - begin {
            status[0] |= 2;
            continue;
        }
        for at in columns {
            let j = column[at] as usize;
            let spikes = (spikes_in(pre, i), spikes_in(post, j));
            if spikes != (false, false) {
                let (next, inside) = rule.weight(w[at], spikes, x[i].into() * decay_plus, y[j].into() * decay_minus);
                w[at] = next;
                status[0] |= u32::from(!inside);
            }
        }
    }
}

fn synapses(case: &mut Case) {
    prepare(case, "w");
    let [n, m] = ["n", "m"].map(|name| case.quantity(name) as usize);
    prepare_rows(case, n, m);
}

/// Weights are sums of terms below about 1.
fn magnitude(case: &Case) -> Vec<f64> {
    vec![1.0; case.quantity("nz").max(1) as usize]
}
