//! One step of a batch of Kalman filters.

use super::inputs::models;
use super::steps::kalman_steps_reference;
use prism_derive::kernel;
use prism_device::Real;

/// Predicts and updates every Kalman filter of a batch with one measurement.
///
/// As [`kalman_steps`](super::kalman_steps) with t = 1: `x [b, n]`, `p [b, n, n]`, `f [bf, n, n]`, `q [bq, n, n]`,
/// `h [bh, m, n]`, `r [br, m, m]`, `control [bc, n, l]`, `u [b, l]`, `z [b, m]` → `x_next [b, n]`, `p_next [b, n, n]`,
/// `y [b, m]`, `s [b, m, m]`, `k [b, n, m]`, `ll [b]`, `status`. O(b·n²(n + m)), read and written once.
#[kernel(
    threads = if (1..=4).contains(&n) && (1..=2).contains(&m) { b.next_multiple_of(128) } else { b * 128 },
    block = [128],
    requires(
        n <= 32, m <= 16, bf == 1 || bf == b, bq == 1 || bq == b, bh == 1 || bh == b, br == 1 || br == b,
        bc == 1 || bc == b, joseph <= 1
    ),
    types(f32, f64),
    specialise((n, m) = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2)]),
    check(
        b = [0, 1, 2, 31, 257], n = [0, 1, 2, 3, 4, 5, 31], m = [1, 2, 0, 3, 16], l = [0, 1], bf = [1], bq = [1, 257],
        bh = [1, 257], br = [1], bc = [1, 257], joseph = [0, 1]
    ),
    bench(b = 1_000_000, n = 4, m = 2, l = 0, bf = 1, bq = 1, bh = 1, br = 1, bc = 1, joseph = 1),
    bench(b = 16_384, n = 32, m = 16, l = 0, bf = 1, bq = 1, bh = 1, br = 1, bc = 1, joseph = 1),
    inputs = models,
    tolerance = NearOne(4096.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn kalman_step<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(b, n, n)] p: &[T],
    #[shape(bf, n, n)] f: &[T],
    #[shape(bq, n, n)] q: &[T],
    #[shape(bh, m, n)] h: &[T],
    #[shape(br, m, m)] r: &[T],
    #[shape(bc, n, l)] control: &[T],
    #[shape(b, l)] u: &[T],
    #[shape(b, m)] z: &[T],
    #[shape(b, n)] x_next: &mut [T],
    #[shape(b, n, n)] p_next: &mut [T],
    #[shape(b, m)] y: &mut [T],
    #[shape(b, m, m)] s: &mut [T],
    #[shape(b, n, m)] k: &mut [T],
    #[shape(b)] ll: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
    joseph: u32,
) {
    kalman_steps_reference(
        x, p, f, q, h, r, control, u, z, x_next, p_next, y, s, k, ll, status, joseph, b, n, bf, bq, bh, m, br, bc, l, 1,
    );
}
