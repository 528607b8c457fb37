//! Entropy production from fluxes.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Blocks that fill a device: eight for each multiprocessor of an H200.
const BLOCKS: u64 = 1_056;

/// Entropy production Σ over i < j of `(J_ij − J_ji)·ln(J_ij/J_ji)` of every process, or of every part of it, in nats.
///
/// `w [b, n, n]` and `p [g, n]`: fluxes `J_ij = w_ij·p_j` with g = b, `J_ij = w_ij + pseudocount` with g = 0. Pairs are
/// taken by tiles of 32×32, tile (I, J) of I ≤ J as number J·(J + 1)/2 + I; part k holds the tiles from k·⌈tiles/parts⌉
/// on. → `production [b · parts]`, the sums of all J there (with g = b, off the diagonal), `total [b · parts]`, and the terms of all pairs, both ways,
/// 0 on the diagonal, `edges [e, n, n]` (e = b, or 0 when not wanted). A term is 0 where both fluxes are equal, +∞ where
/// one is 0. `fault` becomes the complement of the first place in `w`, off the diagonal, that is negative, and stays 0
/// when none is. Schnakenberg 1976. O(b·n²), read once; blocks go from part to part.
#[kernel(
    threads = (b * parts).min(BLOCKS) * 256,
    block = [256],
    requires(parts >= 1, g == 0 || g == b, e == 0 || e == b),
    types(f32, f64),
    check(g = [3, 0], e = [3, 0], parts = [1, 2, 5, 600], b = [3, 0], n = [0, 1, 2, 3, 31, 33, 65, 100]),
    bench(b = 1, n = 8_192, g = 0, e = 0, parts = 2_048),
    bench(b = 1, n = 8_192, g = 1, e = 0, parts = 2_048),
    bench(b = 65_536, n = 32, g = 65_536, e = 0, parts = 1),
    inputs = rates,
    tolerance = Sum(n * n),
)]
#[allow(clippy::too_many_arguments)]
pub fn schnakenberg<T: Real>(
    #[shape(b, n, n)] w: &[T],
    #[shape(g, n)] p: &[T],
    #[shape(b * parts)] production: &mut [T],
    #[shape(b * parts)] total: &mut [T],
    #[shape(e, n, n)] edges: &mut [T],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    pseudocount: f64,
    parts: u32,
) {
    let (parts, tiles) = (parts as usize, n.div_ceil(32));
    let length = (tiles * (tiles + 1) / 2).div_ceil(parts).max(1);
    let part = |i: usize, j: usize| (j / 32 * (j / 32 + 1) / 2 + i / 32) / length;
    for batch in 0..b {
        let flux = |i: usize, j: usize| {
            let rate = w[(batch * n + i) * n + j].into();
            if g > 0 { rate * p[batch * n + j].into() } else { rate + pseudocount }
        };
        let (mut terms, mut fluxes) = (vec![Vec::new(); parts], vec![Vec::new(); parts]);
        for i in 0..n {
            for j in 0..n {
                let (low, high) = (i.min(j), i.max(j));
                let at = (batch * n + i) * n + j;
                let term = if i == j { 0.0 } else { pair_term(flux(i, j), flux(j, i)) };
                fluxes[part(low, high)].push(if i == j && g > 0 { 0.0 } else { flux(i, j) });
                if i < j {
                    terms[part(low, high)].push(term);
                }
                if e > 0 {
                    edges[at] = T::nearest(term);
                }
                if i != j && w[at] < T::zero() {
                    fault[0] = fault[0].max(!(at as u64));
                }
            }
        }
        for k in 0..parts {
            production[batch * parts + k] = T::nearest(sum(terms[k].iter().copied()));
            total[batch * parts + k] = T::nearest(sum(fluxes[k].iter().copied()));
        }
    }
}

/// (a − b)·ln(a/b), to full precision also where a is nearly b.
fn pair_term(a: f64, b: f64) -> f64 {
    let nearly = (a - b).abs() <= b / 2.0;
    match (a, b) {
        _ if a.is_nan() || b.is_nan() || a < 0.0 || b < 0.0 => f64::NAN,
        _ if a == b => 0.0,
        _ if a == 0.0 || b == 0.0 => f64::INFINITY,
        _ if nearly => (a - b) * ((a - b) / b).ln_1p(),
        _ => (a - b) * (a.ln() - b.ln()),
    }
}

/// Rates with negative sums on the diagonal; of three processes one has pairs of zeros, and one, for even n, a negative
/// rate.
fn rates(case: &mut Case) {
    let n = case.quantity("n") as usize;
    let is_flux = case.quantity("g") == 0;
    case.change("w", |w| {
        for (at, w) in w.iter_mut().enumerate() {
            let (batch, i, j) = (at / n / n, at / n % n, at % n);
            *w = match batch {
                _ if i == j => {
                    if is_flux {
                        w.abs()
                    } else {
                        -w.abs()
                    }
                }
                1 if (i + j) % 5 == 0 => 0.0,
                2 if n.is_multiple_of(2) && i == n / 2 && j == 0 => -0.5,
                _ => w.abs() + 0.01,
            };
        }
    });
    case.change("p", |p| p.iter_mut().for_each(|p| *p = (p.abs() + 0.01) / n as f64));
}
