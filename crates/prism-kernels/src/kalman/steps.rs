//! Kalman filters over many measurements.

use super::inputs::models;
use super::plain::Matrix;
use prism_derive::kernel;
use prism_device::Real;

/// Predicts and updates every Kalman filter of a batch, measurement after measurement.
///
/// `x [b, n]`, `p [b, n, n]` (the state and its covariance before the first step), `f [bf, n, n]`, `q [bq, n, n]`,
/// `h [bh, m, n]`, `r [br, m, m]`, `control [bc, n, l]` (each one for all filters or one a filter), `u [t, b, l]`,
/// `z [t, b, m]` → after every step `x_next [t, b, n]`, `p_next [t, b, n, n]`, the innovation `y [t, b, m]`, its
/// covariance `s [t, b, m, m]`, the gain `k [t, b, n, m]` and the log-likelihood `ll [t, b]` in nats.
///
/// `x = F·x + B·u`, `P = F·P·Fᵀ + Q`; `y = z − H·x`, `S = H·P·Hᵀ + R`, `K = P·Hᵀ·S⁻¹` by Cholesky, `x += K·y`; with
/// `joseph` = 1 `P = (I − K·H)·P·(I − K·H)ᵀ + K·R·Kᵀ`, with 0 `P = (I − K·H)·P`; symmetrised.
/// `ll = −½(yᵀ·S⁻¹·y + ln det S + m·ln 2π)`. Kalman 1960; Bucy & Joseph 1968.
///
/// A NaN in `z` is a missing measurement: its row is dropped, y is NaN there and its column of K is 0; S is whole.
/// Where S of the rows present is not positive definite K and ll are NaN, x and P from that step on, and `status` is the
/// greatest of what it holds and 2⁶⁴ − 1 less the place of (step, filter). Doubles throughout, rounded
/// where they are written. O(t·b·n²(n + m)); a thread a filter at the sizes that have compiled constants, else a block.
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
        t = [0, 1, 3], b = [0, 1, 33], n = [1, 2, 3, 4, 7, 32], m = [1, 2, 0, 16], l = [0, 2], bf = [1, 33], bq = [1],
        bh = [1], br = [1, 33], bc = [1], joseph = [0, 1]
    ),
    bench(t = 100, b = 131_072, n = 4, m = 2, l = 0, bf = 1, bq = 1, bh = 1, br = 1, bc = 1, joseph = 1),
    bench(t = 4, b = 4_096, n = 32, m = 16, l = 0, bf = 1, bq = 1, bh = 1, br = 1, bc = 1, joseph = 1),
    inputs = models,
    tolerance = NearOne(4096.0),
    ops = 2 * t * b * (4 * n * n * n + n * n * (3 * m + 1) + 3 * n * m * m + m * m * m / 3),
)]
#[allow(clippy::too_many_arguments)]
pub fn kalman_steps<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(b, n, n)] p: &[T],
    #[shape(bf, n, n)] f: &[T],
    #[shape(bq, n, n)] q: &[T],
    #[shape(bh, m, n)] h: &[T],
    #[shape(br, m, m)] r: &[T],
    #[shape(bc, n, l)] control: &[T],
    #[shape(t, b, l)] u: &[T],
    #[shape(t, b, m)] z: &[T],
    #[shape(t, b, n)] x_next: &mut [T],
    #[shape(t, b, n, n)] p_next: &mut [T],
    #[shape(t, b, m)] y: &mut [T],
    #[shape(t, b, m, m)] s: &mut [T],
    #[shape(t, b, n, m)] k: &mut [T],
    #[shape(t, b)] ll: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
    joseph: u32,
) {
    for filter in 0..b {
        let [f, q] = [(f, bf), (q, bq)].map(|(array, count)| Matrix::take(array, count, filter, n, n));
        let (h, r) = (Matrix::take(h, bh, filter, m, n), Matrix::take(r, br, filter, m, m));
        let control = Matrix::take(control, bc, filter, n, l);
        let (mut state, mut covariance) = (Matrix::take(x, b, filter, n, 1), Matrix::take(p, b, filter, n, n));
        for at in (0..t).map(|step| step * b + filter) {
            let (input, seen) = (Matrix::take(u, t * b, at, l, 1), Matrix::take(z, t * b, at, m, 1));
            state = f.times(&state).plus(&control.times(&input));
            covariance = f.times(&covariance).times(&f.transposed()).plus(&q);

            let cross = covariance.times(&h.transposed());
            let innovation = seen.minus(&h.times(&state));
            let spread = h.times(&cross).plus(&r);
            innovation.write(&mut y[at * m..(at + 1) * m]);
            spread.write(&mut s[at * m * m..(at + 1) * m * m]);

            // What is missing stands apart from the rest, with variance 1 and innovation 0.
            let known = |i: usize| !seen.values[i].is_nan();
            let masked =
                Matrix::of(
                    m,
                    m,
                    |i, j| {
                        if known(i) && known(j) { spread.at(i, j) } else { f64::from(u8::from(i == j)) }
                    },
                );
            let innovation = Matrix::of(m, 1, |i, _| if known(i) { innovation.values[i] } else { 0.0 });
            let mut gain = Matrix::of(n, m, |i, j| if known(j) { cross.at(i, j) } else { 0.0 });
            let mut likelihood = f64::NAN;
            if let Some(l) = masked.cholesky() {
                for row in gain.values.chunks_mut(m.max(1)) {
                    row.copy_from_slice(&l.backward(&l.forward(row)));
                }
                let square: f64 = l.forward(&innovation.values).iter().map(|w| w * w).sum();
                let determinant: f64 = (0..m).map(|i| 2.0 * l.at(i, i).ln()).sum();
                let present = (0..m).filter(|&i| known(i)).count() as f64;
                likelihood = -0.5 * (square + determinant + present * std::f64::consts::TAU.ln());
            } else {
                status[0] = status[0].max(u64::MAX - at as u64);
                gain.values.fill(f64::NAN);
            }
            state = state.plus(&gain.times(&innovation));
            let identity = Matrix::of(n, n, |i, j| f64::from(u8::from(i == j)));
            let keep = identity.minus(&gain.times(&h));
            covariance = keep.times(&covariance);
            if joseph == 1 {
                covariance = covariance.times(&keep.transposed()).plus(&gain.times(&r).times(&gain.transposed()));
            }
            covariance = covariance.symmetrised();

            state.write(&mut x_next[at * n..(at + 1) * n]);
            covariance.write(&mut p_next[at * n * n..(at + 1) * n * n]);
            gain.write(&mut k[at * n * m..(at + 1) * n * m]);
            ll[at] = T::nearest(likelihood);
        }
    }
}
