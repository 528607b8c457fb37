//! Mean and scatter of channels.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;
use std::ops::Range;

/// Elements a part of a channel is whole multiples of, so that packs of 16 bytes lie in one part.
const WHOLE: usize = 16;

/// Mean and sum of squared distances from it, of every part of every channel.
///
/// `x [n, c, s]`, c channels of s elements in each of n samples, → `moments [c, parts, 2]` in double precision; a channel's
/// elements count sample by sample, and part j holds those from j·l on, l = ⌈n·s/parts⌉ rounded up to a multiple of 16. A part
/// without elements is 0. Distances are from the mean of four elements, not from 0: a channel far from 0 keeps its digits.
/// Chan et al. 1983. O(n·c·s), one read.
#[kernel(
    threads = threads(n, c, s, parts),
    block = [256],
    wide(n, s),
    requires(parts >= 1),
    types(f16, bf16, f32, f64),
    check(n = [1, 2, 33], c = [3, 33], s = [0, 1, 2, 15, 16, 33, 257, 1000], parts = [1, 2, 7]),
    bench(n = 32, c = 64, s = 16_384, parts = 4),
    bench(n = 128, c = 64, s = 16_384, parts = 4),
    bench(n = 65_536, c = 1_024, s = 1, parts = 64),
    inputs = channels,
    tolerance = Sum(n * s, magnitude),
)]
pub fn channel_moments<T: Float>(#[shape(n, c, s)] x: &[T], #[shape(c, parts, 2)] moments: &mut [f64]) {
    for item in 0..c * parts {
        let values = elements(item / parts, part(item % parts, n * s, parts), c, s).map(|at| x[at].into());
        (moments[2 * item], moments[2 * item + 1]) = mean_and_scatter(&values.collect::<Vec<_>>());
    }
}

/// The threads that share a part: one where neighbouring channels are its neighbours in memory.
fn threads(n: u64, c: u64, s: u64, parts: u64) -> u64 {
    let group = match n * s / parts.max(1) {
        _ if s < 16 => 1,
        0..=4096 => 32,
        _ => 256,
    };
    c * parts * group
}

/// Into how many parts to cut each of c channels of n·s elements, so that they fill a device.
pub(super) fn parts(n: usize, c: usize, s: usize) -> usize {
    let (least, items) = if s >= 16 { (4_096, 256) } else { (128, 1 << 16) };
    (n * s / least).min(items / c.max(1)).max(1)
}

/// The elements of part j of a channel of `count`.
pub(super) fn part(j: usize, count: usize, parts: usize) -> Range<usize> {
    let length = count.div_ceil(parts).next_multiple_of(WHOLE);
    (j * length).min(count)..((j + 1) * length).min(count)
}

/// The places in `[n, c, s]` of some elements of a channel.
fn elements(channel: usize, range: Range<usize>, c: usize, s: usize) -> impl Iterator<Item = usize> {
    range.map(move |i| (i / s * c + channel) * s + i % s)
}

/// The mean, and the sum of squared distances from it; 0 of nothing.
fn mean_and_scatter(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let count = values.len() as f64;
    let mean = sum(values.iter().copied()) / count;
    let rest = sum(values.iter().map(|x| x - mean)) / count;
    (mean, sum(values.iter().map(|x| (x - mean - rest).powi(2))))
}

/// Channels far from 0, constant channels, NaN and infinities.
fn channels(case: &mut Case) {
    let [c, s] = ["c", "s"].map(|name| case.quantity(name).max(1) as usize);
    case.change("x", |x| {
        for (at, x) in x.iter_mut().enumerate() {
            match (at / s % c % 8, at % 61) {
                (2, _) => *x = 3.5,
                (3, _) => *x += 1e4,
                (4, 60) => *x = f64::NAN,
                (5, 60) => *x = f64::INFINITY,
                (6, 60) => *x *= 1e4,
                _ => {}
            }
        }
    });
}

/// Σ|x|/n of means, and sums of squares themselves.
fn magnitude(case: &Case) -> Vec<f64> {
    let [n, c, s, parts] = ["n", "c", "s", "parts"].map(|name| case.quantity(name) as usize);
    let x = case.doubles("x");
    let of = |item: usize| {
        let at = elements(item / parts, part(item % parts, n * s, parts), c, s);
        let values: Vec<f64> = at.map(|at| x[at]).collect();
        let size = sum(values.iter().map(|x| x.abs())) / values.len().max(1) as f64;
        [size, mean_and_scatter(&values).1]
    };
    (0..c * parts).flat_map(of).collect()
}
