//! Smoothing of what Kalman filters found.

use super::inputs::filtered;
use super::plain::Matrix;
use prism_derive::kernel;
use prism_device::Real;

/// Smooths the states of every Kalman filter of a batch, from the last step back to the first.
///
/// Filtered states `x [t, b, n]` and covariances `p [t, b, n, n]` after every step; `f [bf, n, n]`, `q [bq, n, n]`,
/// `control [bc, n, l]` (each one for all filters or one a filter) and `u [t, b, l]`, whose row s led to step s → the
/// states `x_smooth [t, b, n]` and covariances `p_smooth [t, b, n, n]` given all measurements. The last step is as it is;
/// before it, with `x⁻ = F·x + B·u` and `P⁻ = F·P·Fᵀ + Q` of the step after, `C = P·Fᵀ·P⁻⁻¹` by Cholesky,
/// `x += C·(x_smooth − x⁻)`, `P += C·(P_smooth − P⁻)·Cᵀ`, symmetrised. Rauch, Tung & Striebel 1965.
///
/// Where P⁻ is not positive definite the filter is NaN from that step back, and `status` is the greatest of what it holds
/// and 2⁶⁴ − 1 less the place of (step, filter). Doubles throughout, rounded where they are written. O(t·b·n³); a thread
/// a filter at the sizes that have compiled constants, else a block.
#[kernel(
    threads = if (1..=4).contains(&n) { b.next_multiple_of(128) } else { b * 128 },
    block = [128],
    requires(n <= 32, bf == 1 || bf == b, bq == 1 || bq == b, bc == 1 || bc == b),
    types(f32, f64),
    specialise(n = [1, 2, 3, 4]),
    check(t = [0, 1, 4], b = [0, 1, 33], n = [0, 1, 2, 3, 4, 5, 31, 32], l = [0, 2], bf = [1, 33], bq = [1], bc = [1]),
    bench(t = 100, b = 8_192, n = 4, l = 0, bf = 1, bq = 1, bc = 1),
    bench(t = 8, b = 4_096, n = 32, l = 0, bf = 1, bq = 1, bc = 1),
    inputs = filtered,
    tolerance = NearOne(4096.0),
    ops = 10 * t * b * n * n * n,
)]
#[allow(clippy::too_many_arguments)]
pub fn kalman_smooth<T: Real>(
    #[shape(t, b, n)] x: &[T],
    #[shape(t, b, n, n)] p: &[T],
    #[shape(bf, n, n)] f: &[T],
    #[shape(bq, n, n)] q: &[T],
    #[shape(bc, n, l)] control: &[T],
    #[shape(t, b, l)] u: &[T],
    #[shape(t, b, n)] x_smooth: &mut [T],
    #[shape(t, b, n, n)] p_smooth: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
) {
    for filter in 0..b {
        let [f, q] = [(f, bf), (q, bq)].map(|(array, count)| Matrix::take(array, count, filter, n, n));
        let control = Matrix::take(control, bc, filter, n, l);
        let mut after: Option<(Matrix, Matrix)> = None;
        for at in (0..t).rev().map(|step| step * b + filter) {
            let (mut state, mut covariance) = (Matrix::take(x, t * b, at, n, 1), Matrix::take(p, t * b, at, n, n));
            if let Some((next, spread)) = &after {
                let ahead = f.times(&state).plus(&control.times(&Matrix::take(u, t * b, at + b, l, 1)));
                let predicted = f.times(&covariance).times(&f.transposed()).plus(&q);
                let mut gain = covariance.times(&f.transposed());
                if let Some(lower) = predicted.cholesky() {
                    let solve = |row: &mut [f64]| row.copy_from_slice(&lower.backward(&lower.forward(row)));
                    gain.values.chunks_mut(n.max(1)).for_each(solve);
                } else {
                    status[0] = status[0].max(u64::MAX - at as u64);
                    gain.values.fill(f64::NAN);
                }
                state = state.plus(&gain.times(&next.minus(&ahead)));
                let change = gain.times(&spread.minus(&predicted)).times(&gain.transposed());
                covariance = covariance.plus(&change).symmetrised();
            }
            state.write(&mut x_smooth[at * n..(at + 1) * n]);
            covariance.write(&mut p_smooth[at * n * n..(at + 1) * n * n]);
            after = Some((state, covariance));
        }
    }
}
