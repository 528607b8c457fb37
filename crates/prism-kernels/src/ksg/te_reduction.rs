//! Second sweep of the KSG estimators: how many points lie within the radius in the marginals.

use super::inputs;
use super::order::row_length;
use prism_derive::kernel;
use prism_device::Real;

/// Counts of every point within its radius in the marginal spaces, and their sum of digamma terms.
///
/// The problems are those of [`fused_distance_kth`](super::fused_distance_kth); `radius [p, r, n]` is its result.
/// `counts [p, 3, n]`: points strictly within the radius in (source, condition), in (variable, condition) and in the
/// condition alone; 0 behind `rows`. `sums [p]` grows by `Σᵢ marginal[n_xz] + marginal[n_yz] − condition[n_z]`, where
/// the tables hold the digamma terms in fixed point: integer addition has no order, so the sum is the same to the bit
/// on every device.
///
/// Frenzel & Pompe 2007, eq. 4; Wibral et al. 2014 (algorithm 2). O(p·n·w·(dt + ds)) for windows of w points.
#[kernel(
    threads = 32 * p * n.div_ceil(group),
    block = [128, 64, 32],
    requires(group >= 1, strip >= 32, strip % 32 == 0, e >= 1, (e - 1) * strip >= n, dt >= 1, dz <= dt, r == 1 || r == 3),
    types(f32, f64),
    specialise(
        (dt, dz, ds, group, r) = [
            (1, 1, 1, 1, 1), (1, 1, 1, 8, 1), (2, 1, 1, 1, 1), (2, 1, 1, 8, 1), (3, 2, 1, 8, 1), (3, 2, 2, 8, 1),
            (4, 3, 1, 8, 1), (4, 3, 3, 4, 1), (5, 4, 1, 4, 1), (5, 4, 4, 4, 1), (6, 5, 1, 4, 1), (6, 5, 5, 1, 1),
            (6, 5, 5, 4, 1), (2, 1, 1, 1, 3), (2, 1, 1, 8, 3), (3, 2, 2, 8, 3)
        ]
    ),
    check(
        n = [1, 2, 33, 257, 700], dt = [1, 2, 6], dz = [0, 1, 5], ds = [1, 5], p = [3], g = [2], r = [1, 3],
        group = [1, 4, 8], theiler = [0, 3], strip = [64],
        e = [12]
    ),
    inputs = inputs::problems,
    bench(n = 1_000, strip = 96, e = 12, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 1, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, group = 1),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, group = 8),
    bench(n = 100_000, strip = 896, e = 113, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, group = 8),
    bench(n = 1_000_000, strip = 2848, e = 353, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 1, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 3, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 4, dz = 3, ds = 3, p = 200, g = 1, r = 1, group = 4),
    bench(n = 100_000, strip = 896, e = 113, dt = 6, dz = 5, ds = 5, p = 1, g = 1, r = 1, group = 4),
)]
#[allow(clippy::too_many_arguments)]
pub fn fused_te_reduction<T: Real>(
    #[shape(g, dt, row_length(n))] near_target: &[f32],
    #[shape(g, dt, n)] target: &[T],
    #[shape(p, ds, row_length(n))] near_source: &[f32],
    #[shape(p, ds, n)] source: &[T],
    #[shape(g, n)] clock: &[i32],
    #[shape(g)] rows: &[u32],
    #[shape(g, e)] edges: &[f32],
    #[shape(p)] which: &[u32],
    #[shape(p, r, n)] radius: &[T],
    #[shape(n + 1)] marginal: &[i64],
    #[shape(n + 1)] condition: &[i64],
    #[shape(p, 3, n)] counts: &mut [u32],
    #[inout]
    #[shape(p)]
    sums: &mut [i64],
    theiler: u32,
    group: u32,
    strip: u32,
    dz: u32,
    slack: f32,
    scale: f32,
) {
    counts.fill(0);
    for problem in 0..p {
        let of = which[problem] as usize;
        let row = |c: usize| {
            if c < dt { &target[(of * dt + c) * n..][..n] } else { &source[(problem * ds + c - dt) * n..][..n] }
        };
        let blocks = [dt..dt + ds, dz as usize..dt, 0..dz as usize];
        let clock = &clock[of * n..][..n];
        let points = rows[of] as usize;
        for i in 0..points {
            for j in (0..points).filter(|&j| clock[i].abs_diff(clock[j]) > theiler) {
                let [x, y, z] = [0, 1, 2].map(|block| {
                    let distances = blocks[block].clone().map(|c| (row(c)[i] - row(c)[j]).abs());
                    distances.fold(T::zero(), T::max) < radius[(problem * r + block.min(r - 1)) * n + i]
                });
                counts[problem * 3 * n + i] += u32::from(x && z);
                counts[(problem * 3 + 1) * n + i] += u32::from(y && z);
                counts[(problem * 3 + 2) * n + i] += u32::from(z);
            }
            let [xz, yz, z] = [0, 1, 2].map(|block| counts[(problem * 3 + block) * n + i] as usize);
            sums[problem] += marginal[xz] + marginal[yz] - condition[z];
        }
    }
}
