//! First sweep of the KSG estimators: how far the k-th neighbour is.

use super::inputs;
use super::order::row_length;
use prism_derive::kernel;
use prism_device::Real;

/// Distance from every point of every problem to its `k`-th nearest neighbour under the max norm.
///
/// A problem joins a target (`dt` rows: `dz` of the condition, then the variable itself) and a source (`ds` rows).
/// `target [g, dt, n]`, `source [p, ds, n]`, `clock [g, n]` → `radius [p, r, n]`; problem `p` uses target `which[p]`,
/// of which only the first `rows` columns are points; `radius` is 0 behind them. Pairs with
/// `|clockᵢ − clockⱼ| ≤ theiler` are no neighbours.
///
/// Points stand in strips of `strip`: strip `s` lies in `edges[s] ≤ near_target[0] ≤ edges[s + 1]`, and within a strip
/// the target's row 1 (its row 0 when it has no other) ascends. [`order`](super::order) makes this order.
///
/// With `r = 1` (algorithm 1) `radius` is the distance of the `k`-th neighbour; with `r = 3` (algorithm 2) it is the
/// number next above the largest distance among the `k` neighbours, in the source, the variable and the condition, so
/// that `<` counts what `≤` means; equidistant neighbours: the lower clock.
///
/// `near_*` are the same values, shifted and multiplied by `scale`, rounded to `f32`; a distance between them lies
/// within `slack` of `scale` times the true one. They decide where they can and change no result. Their rows are of
/// [`row_length`] and infinite behind the points.
///
/// Kraskov, Stögbauer & Grassberger 2004; Frenzel & Pompe 2007. O(p·n·w·(dt + ds)) for windows of w points; nothing
/// is stored but the result.
#[kernel(
    threads = 32 * p * n.div_ceil(group),
    block = [128],
    requires(k >= 1, k <= 64, group >= 1, strip >= 32, strip % 32 == 0, e >= 1, (e - 1) * strip >= n, dt >= 1, dz <= dt, r == 1 || r == 3),
    types(f32, f64),
    specialise(
        (dt, ds, group, r) = [
            (1, 1, 1, 1), (1, 1, 8, 1), (2, 1, 1, 1), (2, 1, 8, 1), (3, 1, 8, 1), (3, 2, 8, 1), (4, 1, 8, 1), (4, 3, 4, 1),
            (5, 1, 4, 1), (5, 4, 4, 1), (6, 1, 4, 1), (6, 5, 1, 1), (6, 5, 4, 1), (1, 1, 8, 3), (2, 1, 1, 3), (2, 1, 8, 3),
            (3, 2, 8, 3)
        ]
    ),
    check(
        n = [2, 33, 257, 700], dt = [1, 2, 6], dz = [0, 1], ds = [1, 5], p = [3], g = [2], r = [1, 3], k = [1, 4, 40],
        group = [1, 4, 8], theiler = [0, 3], strip = [64],
        e = [12]
    ),
    inputs = inputs::problems,
    bench(n = 1_000, strip = 96, e = 12, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 1, k = 4, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4, group = 1),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4, group = 8),
    bench(n = 100_000, strip = 896, e = 113, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4, group = 8),
    bench(n = 1_000_000, strip = 2848, e = 353, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 1, k = 4, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 3, k = 4, group = 8),
    bench(n = 10_000, strip = 288, e = 36, dt = 4, dz = 3, ds = 3, p = 200, g = 1, r = 1, k = 4, group = 4),
    bench(n = 100_000, strip = 896, e = 113, dt = 6, dz = 5, ds = 5, p = 1, g = 1, r = 1, k = 4, group = 4),
)]
#[allow(clippy::too_many_arguments)]
pub fn fused_distance_kth<T: Real>(
    #[shape(g, dt, row_length(n))] near_target: &[f32],
    #[shape(g, dt, n)] target: &[T],
    #[shape(p, ds, row_length(n))] near_source: &[f32],
    #[shape(p, ds, n)] source: &[T],
    #[shape(g, n)] clock: &[i32],
    #[shape(g)] rows: &[u32],
    #[shape(g, e)] edges: &[f32],
    #[shape(p)] which: &[u32],
    #[shape(p, r, n)] radius: &mut [T],
    k: u32,
    theiler: u32,
    group: u32,
    strip: u32,
    dz: u32,
    slack: f32,
    scale: f32,
) {
    radius.fill(T::zero());
    for problem in 0..p {
        let of = which[problem] as usize;
        let distance = |c: usize, i: usize, j: usize| {
            let row = if c < dt { &target[(of * dt + c) * n..] } else { &source[(problem * ds + c - dt) * n..] };
            (row[i] - row[j]).abs()
        };
        let largest = |rows: std::ops::Range<usize>, i, j| rows.map(|c| distance(c, i, j)).fold(T::zero(), T::max);
        let clock = &clock[of * n..][..n];
        let points = rows[of] as usize;
        for i in 0..points {
            let apart = |j: &usize| clock[i].abs_diff(clock[*j]) > theiler;
            let mut others: Vec<(T, i32, usize)> =
                (0..points).filter(apart).map(|j| (largest(0..dt + ds, i, j), clock[j], j)).collect();
            others.sort_by(|a, b| a.partial_cmp(b).expect("points are finite"));
            let neighbours = others.get(..k as usize);
            if r == 1 {
                radius[problem * n + i] = neighbours.map_or(T::infinity(), |near| near[near.len() - 1].0);
                continue;
            }
            for (block, rows) in [dt..dt + ds, dz as usize..dt, 0..dz as usize].into_iter().enumerate() {
                let most = neighbours.map_or(T::infinity(), |near| {
                    near.iter().map(|&(_, _, j)| largest(rows.clone(), i, j)).fold(T::zero(), T::max)
                });
                radius[(problem * 3 + block) * n + i] = most.next_above();
            }
        }
    }
}
