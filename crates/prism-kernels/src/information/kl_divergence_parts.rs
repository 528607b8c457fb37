//! Kullback–Leibler divergence of rows, or of parts of them.

use super::plain::{prepare_rows, sum, wide};
use crate::rows::{packs, part};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Kullback–Leibler divergence Σ p·(log p − log q) of every row, or of every part of it, in units of the logarithm to
/// `base`.
///
/// `p, q [r, n]` → `divergence [r · parts]`, part j of a row holding its entries from j·⌈n/parts⌉ on. With
/// `normalize_input` = 1 rows are divided by their sums, which `p_total, q_total [g]` give, g = r, or, with g = 0 and
/// one part, the kernel finds. With `q_is_log` = 1 `q` holds natural logarithms and is taken as it is. A term is 0
/// where p = 0 and +∞ where only q is. NaN for a row with a negative entry and, normalised, with sum 0. O(r·n), read
/// once; twice where the sums are to be found and one is more than 2.7·n^1.44 times the other.
#[kernel(
    threads = packs(r, n, parts),
    block = [256],
    requires(parts >= 1, normalize_input <= 1, q_is_log <= 1, g == 0 || g == r, parts == 1 || normalize_input == 0 || g == r),
    types(f32, f64),
    check(
        g = [0, 9, 33],
        parts = [1, 2, 7],
        base = [2],
        normalize_input = [1, 0],
        q_is_log = [0, 1],
        r = [9, 0, 1, 33],
        n = [0, 1, 2, 16, 31, 33, 132, 257, 512, 1000, 5000],
    ),
    bench(r = 65_536, n = 1_024, g = 0, base = 2, normalize_input = 0, q_is_log = 0, parts = 1),
    bench(r = 65_536, n = 1_024, g = 0, base = 2, normalize_input = 1, q_is_log = 0, parts = 1),
    bench(r = 1_048_576, n = 16, g = 0, base = 2, normalize_input = 0, q_is_log = 0, parts = 1),
    bench(r = 1, n = 33_554_432, g = 0, base = 2, normalize_input = 0, q_is_log = 0, parts = 2_048),
    inputs = rows,
    tolerance = Sum(n, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn kl_divergence_parts<T: Real>(
    #[shape(r.., n)] p: &[T],
    #[shape(r.., n)] q: &[T],
    #[shape(g)] p_total: &[T],
    #[shape(g)] q_total: &[T],
    #[shape(r * parts)] divergence: &mut [T],
    #[domain(super::BASE)] base: f64,
    normalize_input: u32,
    q_is_log: u32,
    parts: u32,
) {
    let (is_log, parts) = (q_is_log == 1, parts as usize);
    for item in 0..r * parts {
        let row = item / parts;
        let (p, q) = (wide(&p[row * n..][..n]), wide(&q[row * n..][..n]));
        let totals = match (normalize_input, g) {
            (0, _) => (1.0, 1.0),
            (_, 0) => (sum(p.iter().copied()), if is_log { 1.0 } else { sum(q.iter().copied()) }),
            _ => (p_total[row].into(), if is_log { 1.0 } else { q_total[row].into() }),
        };
        let terms = part(item, n, parts).map(|i| term(p[i] / totals.0, q[i] / totals.1, is_log));
        let nats = if totals.0 == 0.0 || totals.1 == 0.0 { f64::NAN } else { sum(terms) };
        divergence[item] = T::nearest(nats / base.ln());
    }
}

/// p·(ln p − ln q), to full precision also where p is nearly q.
fn term(p: f64, q: f64, q_is_log: bool) -> f64 {
    match (p, q) {
        _ if p.is_nan() || q.is_nan() || p < 0.0 || (q < 0.0 && !q_is_log) => f64::NAN,
        (0.0, _) => 0.0,
        _ if q_is_log => p * (p.ln() - q),
        _ if (p - q).abs() <= q / 2.0 => p * ((p - q) / q).ln_1p(),
        _ if (p / q).is_normal() => p * (p / q).ln(),
        _ => p * (p.ln() - q.ln()),
    }
}

/// Rows of every kind; q at its edges where p is 0 and where it is not.
fn rows(case: &mut Case) {
    let (n, is_log) = (case.quantity("n"), case.quantity("q_is_log") == 1);
    let divisor = if case.quantity("normalize_input") == 0 { 64.0 * n as f64 } else { 1.0 };
    prepare_rows(case, "p", n);
    case.change("p", |p| p.iter_mut().for_each(|p| *p /= divisor));
    let p = case.doubles("p");
    case.change("q", |q| {
        for (i, q) in q.iter_mut().enumerate() {
            let row = i as u64 / n;
            let positive = match i % 7 {
                0 => p[i],
                1 => p[i] * (1.0 + q.abs() / 1024.0) + 1e-3,
                _ => (q.abs() + 0.01) / divisor,
            };
            *q = match row % 16 {
                9 if i as u64 % n == n / 2 => -1.0,
                10 if i as u64 % n == n / 2 => f64::NAN,
                2 if i % 3 == 2 => 0.0,
                _ => positive,
            };
            if is_log {
                *q = if *q < 0.0 { 0.5 } else { q.ln() };
            }
        }
    });
    let r = case.quantity("r") as usize;
    let sums = |x: &[f64]| -> Vec<f64> { (0..r).map(|i| x[i * n as usize..][..n as usize].iter().sum()).collect() };
    let (p_sums, q_sums) = (sums(&p), sums(&case.doubles("q")));
    case.change("p_total", |total| total.iter_mut().zip(p_sums).for_each(|(t, s)| *t = s));
    case.change("q_total", |total| total.iter_mut().zip(q_sums).for_each(|(t, s)| *t = s));
}

/// Σ|p·(ln p − ln q)|; with logarithms given, their parts alone; with sums, what their rounding moves.
fn magnitude(case: &Case) -> Vec<f64> {
    let [r, n, parts] = ["r", "n", "parts"].map(|name| case.quantity(name) as usize);
    let is_log = case.quantity("q_is_log") == 1;
    let (normalize, base) = (case.quantity("normalize_input") == 1, case.quantity("base") as f64);
    let (p, q) = (case.doubles("p"), case.doubles("q"));
    let of = |item: usize| {
        let (p, q) = (&p[item / parts * n..][..n], &q[item / parts * n..][..n]);
        let totals = if normalize { (p.iter().sum(), q.iter().sum::<f64>()) } else { (1.0, 1.0) };
        let size = |i: usize| match (p[i] / totals.0, if is_log { q[i] } else { q[i] / totals.1 }) {
            (0.0, _) => 0.0,
            (p, q) if is_log => p * (p.ln().abs() + q.abs()),
            (p, q) => term(p, q, false).abs() + if normalize { p } else { 0.0 },
        };
        part(item, n, parts).map(size).sum::<f64>() / base.ln()
    };
    (0..r * parts).map(of).collect()
}
