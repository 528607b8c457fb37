//! A stage of a step of oscillators in a network.

use super::couplings::{Couplings, prepare_couplings};
use super::oscillator::{Stepping, prepare};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The phasors that stage `stage` + 1 of a step looks at, and after the last stage the phases.
///
/// `start, omega, theta, weighed [b, n]`, `phasor, next [b, 2, n]`: sines, then cosines, of the phases of a stage. A is `a
/// [ar, ac]`, n by n, or, when that is empty, compressed rows `row_start [rs]`, `column, value [nz]`; `degree [g]` divides
/// the coupling, n where it is empty; an oscillator of degree 0 is not coupled. Stage 0 copies `start` to `theta`;
/// stages 1 to `stages` take `dθ/dt = ω + (k/degree)·Σ_j A_ij·sin(θ_j − θ − alpha)` and add it up in `weighed`. The
/// step is that of [`mean_field_trajectory`](super::mean_field_trajectory); `number` is that of the first normal number.
/// `status` becomes 1 when rows point outside the matrix; such a row counts as empty. A warp sums a row for up to four
/// systems: A is read ⌈b/4⌉ times. Kuramoto 1975; Acebrón 2005. O(b·nnz(A)).
#[kernel(
    threads = b.div_ceil(4) * n.div_ceil(8) * 256,
    block = [256],
    requires(
        g == 0 || g == n, ar == n && ac == n && rs == 0 && nz == 0 || ar == 0 && ac == 0 && rs == n + 1,
        stages == 1 || stages == 4, stage <= stages, wrap <= 1
    ),
    types(f32, f64),
    check(
        b = [1, 0, 5], n = [33, 0, 257], ar = [33, 0, 257], ac = [33, 0, 257], rs = [0, 34, 258], nz = [0, 600],
        g = [0, 257], stage = [0, 1, 4], stages = [4, 1], wrap = [0, 1]
    ),
    bench(b = 1, n = 8_192, ar = 8_192, ac = 8_192, stage = 1, stages = 4),
    inputs = network,
    tolerance = NearOne(32.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn network_stage<T: Real>(
    #[shape(b, n)] start: &[T],
    #[shape(b, n)] omega: &[T],
    #[shape(ar, ac)] a: &[T],
    #[shape(rs)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[shape(nz)] value: &[T],
    #[shape(g)] degree: &[T],
    #[shape(b, 2, n)] phasor: &[T],
    #[inout]
    #[shape(b, n)]
    theta: &mut [T],
    #[inout]
    #[shape(b, n)]
    weighed: &mut [T],
    #[shape(b, 2, n)] next: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    k: f64,
    alpha: f64,
    dt: f64,
    diffusion: f64,
    stage: u32,
    stages: u32,
    wrap: u32,
    seed: u64,
    number: u64,
) {
    let stepping = Stepping { k, alpha, dt, diffusion, stages, wrap: wrap == 1, seed };
    let couplings = Couplings { dense: a, row_start, column, value, n };
    for at in 0..b * n {
        let (i, phasors) = (at % n, &phasor[at / n * 2 * n..][..2 * n]);
        let mut seen: f64 = if stage == 0 { start[at].into() } else { theta[at].into() };
        let mut sum = 0.0;
        if stage > 0 {
            let row = couplings.row(i);
            status[0] |= u32::from(row.is_none());
            let row = row.unwrap_or_default();
            let [s, c] = [0, n].map(|from| row.iter().map(|&(j, a)| a * phasors[from + j].into()).sum());
            let neighbours = degree.get(i).map_or(n as f64, |&degree| degree.into());
            let rate =
                stepping.rate_of((phasors[i].into(), phasors[n + i].into()), omega[at].into(), (s, c), neighbours);
            sum = if stage == 1 { 0.0 } else { weighed[at].into() } + Stepping::weight(stage) * rate;
            seen = if stage == stages {
                stepping.after(seen, sum, number + at as u64)
            } else {
                stepping.ahead(seen, rate, stage)
            };
        }
        weighed[at] = T::nearest(sum);
        if stage == 0 || stage == stages {
            theta[at] = T::nearest(seen);
        }
        let (sine, cosine) = seen.sin_cos();
        let to = at / n * 2 * n + i;
        (next[to], next[to + n]) = (T::nearest(sine), T::nearest(cosine));
    }
}

/// Phasors of length 1, degrees of as many neighbours.
fn network(case: &mut Case) {
    prepare(case);
    let n = case.quantity("n") as usize;
    prepare_couplings(case, n);
    case.change("degree", |degree| degree.iter_mut().for_each(|degree| *degree = degree.abs().ceil() * n as f64));
    case.change("phasor", |phasor| {
        for system in phasor.chunks_mut((2 * n).max(1)) {
            for i in 0..n {
                (system[i], system[n + i]) = (3.0 * system[i]).sin_cos();
            }
        }
    });
}
