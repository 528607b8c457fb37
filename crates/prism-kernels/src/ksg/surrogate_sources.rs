//! The sources of all problems, in their target's order, permuted or shifted where they are surrogates.

use super::inputs::words;
use super::order::row_length;
use super::shuffle::shuffled;
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Source values of every problem in the order of its target, from rows permuted within their trial for surrogates.
///
/// `values [b, ds, n]` are the embedded sources in sample order, `near_values` their `near` copies. Problem `p` takes
/// block `block[p]`; its column `i` is sample `order[which[p], i]`, or, by `method[p]`, the sample that takes its
/// place: 0 itself, 1 under the permutation of `key[p]` within its trial, 2 under the circular shift within it by
/// `m + ⌊key[p, 0]·(length − 2m + 1) / 2³²⌋`, where `m` is `key[p, 1]` as far as the trial allows: no shift is nearer to
/// none, and trials of nearly the same length are shifted by nearly as much. Trials are given for every sample:
/// `trial_start [g, n]`, `trial_length [g, n]`. → `near_source [p, ds, row_length(n)]`, infinite behind `rows`, and `source [p, ds, n]`, 0
/// behind `rows`. O(p·ds·n).
#[kernel(
    threads = p * row_length(n),
    block = [256, 128, 512, 1024],
    requires(b >= 1),
    types(f32, f64),
    check(n = [0, 1, 2, 31, 257, 1000], ds = [1, 3], b = [2], g = [2], p = [6]),
    inputs = trials,
    bench(n = 10_000, ds = 1, b = 1, g = 1, p = 1_000),
)]
#[allow(clippy::too_many_arguments)]
pub fn surrogate_sources<T: Real>(
    #[shape(b, ds, n)] near_values: &[f32],
    #[shape(b, ds, n)] values: &[T],
    #[shape(g, n)] order: &[u32],
    #[shape(g, n)] trial_start: &[u32],
    #[shape(g, n)] trial_length: &[u32],
    #[shape(g)] rows: &[u32],
    #[shape(p)] which: &[u32],
    #[shape(p)] block: &[u32],
    #[shape(p)] method: &[u32],
    #[shape(p, 4)] key: &[u32],
    #[shape(p, ds, row_length(n))] near_source: &mut [f32],
    #[shape(p, ds, n)] source: &mut [T],
) {
    near_source.fill(f32::INFINITY);
    source.fill(T::zero());
    for problem in 0..p {
        let of = which[problem] as usize;
        for i in 0..rows[of] as usize {
            let sample = order[of * n + i] as usize;
            let (start, length) = (trial_start[of * n + sample], trial_length[of * n + sample]);
            let key: [u32; 4] = std::array::from_fn(|w| key[problem * 4 + w]);
            let from = (start + displaced(method[problem], sample as u32 - start, length, key)) as usize;
            for c in 0..ds {
                let (row, at) = (problem * ds + c, (block[problem] as usize * ds + c) * n + from);
                near_source[row * row_length(n as u64) as usize + i] = near_values[at];
                source[row * n + i] = values[at];
            }
        }
    }
}

/// The sample of a trial that takes the place of sample `within`: itself (0), permuted (1) or shifted (2).
pub fn displaced(method: u32, within: u32, length: u32, key: [u32; 4]) -> u32 {
    match method {
        1 => shuffled(within, length, key),
        2 if length > 1 => {
            let margin = key[1].clamp(1, length / 2);
            let span = u64::from(length - 2 * margin + 1);
            let shift = u64::from(margin) + ((u64::from(key[0]) * span) >> 32);
            ((u64::from(within) + shift) % u64::from(length)) as u32
        }
        _ => within,
    }
}

/// Two trials a target, an order unlike the samples', every method.
fn trials(case: &mut Case) {
    let [n, targets, blocks] = ["n", "g", "b"].map(|name| case.quantity(name) as usize);
    let mut set = |name: &str, of: &dyn Fn(u32, usize) -> usize| words(case, name, |word, i| of(word, i) as u32);
    let first = n.div_ceil(3);
    set("rows", &|_, target| n - target * n / 4);
    set("which", &|word, _| word as usize % targets);
    set("block", &|word, _| word as usize % blocks);
    set("method", &|_, i| i % 3);
    set("key", &|word, i| if i % 4 == 1 { word as usize % 7 } else { word as usize });
    set("order", &|_, i| (i % n * 7 + 3) % n);
    set("trial_start", &|_, i| if i % n < first { 0 } else { first });
    set("trial_length", &|_, i| if i % n < first { first } else { n - first });
}
