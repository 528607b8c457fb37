//! Both sweeps of the KSG estimators at once, for problems that fit a block's shared memory.

use super::inputs;
use super::order::row_length;
use super::{fused_distance_kth_reference, fused_te_reduction_reference};
use prism_derive::kernel;
use prism_device::Real;

/// The numbers that a block holds: `(dt + ds) · row_length(n)` of a problem may not exceed them.
pub const HELD: u64 = 8192;

/// Radius, counts and sum of digamma terms of small problems, in one launch.
///
/// What [`fused_distance_kth`](super::fused_distance_kth) and [`fused_te_reduction`](super::fused_te_reduction) give
/// one after the other, bit for bit, where all points of a problem fit into shared memory: 2624 of three dimensions,
/// 640 of eleven. Points may stand in any order. Every point is compared with every other: O(p·n²·(dt + ds)).
#[kernel(
    threads = 32 * p * n.next_multiple_of(8),
    block = [256],
    requires(k >= 1, k <= 64, dt >= 1, dz <= dt, r == 1 || r == 3, (dt + ds) * row_length(n) <= HELD),
    types(f32, f64),
    specialise(
        (dt, dz, ds, r) = [(2, 1, 1, 1), (3, 2, 1, 1), (3, 2, 2, 1), (2, 1, 1, 3)]
    ),
    check(
        n = [1, 2, 33, 257, 700, 2000], dt = [1, 2, 3, 6], dz = [0, 1, 2, 5], ds = [1, 2, 5], p = [3], g = [2], r = [1, 3],
        k = [1, 4, 40],
        theiler = [0, 3]
    ),
    inputs = inputs::problems,
    bench(n = 1_000, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4),
    bench(n = 2_000, dt = 2, dz = 1, ds = 1, p = 1, g = 1, r = 1, k = 4),
    bench(n = 1_000, dt = 2, dz = 1, ds = 1, p = 200, g = 1, r = 1, k = 4),
)]
#[allow(clippy::too_many_arguments)]
pub fn fused_small_te<T: Real>(
    #[shape(g, dt, row_length(n))] near_target: &[f32],
    #[shape(g, dt, n)] target: &[T],
    #[shape(p, ds, row_length(n))] near_source: &[f32],
    #[shape(p, ds, n)] source: &[T],
    #[shape(g, n)] clock: &[i32],
    #[shape(g)] rows: &[u32],
    #[shape(p)] which: &[u32],
    #[shape(n + 1)] marginal: &[i64],
    #[shape(n + 1)] condition: &[i64],
    #[shape(p, r, n)] radius: &mut [T],
    #[shape(p, 3, n)] counts: &mut [u32],
    #[inout]
    #[shape(p)]
    sums: &mut [i64],
    k: u32,
    theiler: u32,
    dz: u32,
    slack: f32,
    scale: f32,
) {
    let (group, strip, edges) = (1, n as u32, []);
    fused_distance_kth_reference(
        near_target,
        target,
        near_source,
        source,
        clock,
        rows,
        &edges,
        which,
        radius,
        k,
        theiler,
        group,
        strip,
        dz,
        slack,
        scale,
        g,
        dt,
        n,
        p,
        ds,
        0,
        r,
    );
    fused_te_reduction_reference(
        near_target,
        target,
        near_source,
        source,
        clock,
        rows,
        &edges,
        which,
        radius,
        marginal,
        condition,
        counts,
        sums,
        theiler,
        group,
        strip,
        dz,
        slack,
        scale,
        g,
        dt,
        n,
        p,
        ds,
        0,
        r,
    );
}
