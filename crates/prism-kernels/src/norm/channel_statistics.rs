//! Statistics of channels from the moments of their parts.

use super::channel_moments::part;
use crate::rows::sum;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::{Case, Value};

/// Mean μ and biased variance of every channel from its parts, and running statistics moved towards them.
///
/// `moments [c, parts, 2]` of `count` elements a channel (means and sums of squared distances, parts as
/// [`channel_moments`](super::channel_moments()) cuts them) → `mean` and `variance [c]`; NaN for no elements. `running_mean`
/// and `running_var [g]` (g = c, or 0 for none) → `next_mean` and `next_var`, (1 − momentum)·r + momentum·statistic, with
/// the variance over count − 1 where `unbiased` = 1; with no elements they stay. Doubles inside, each rounded once. Chan
/// et al. 1983. O(c·parts).
#[kernel(
    threads = c * 32,
    block = [256, 128, 512, 1024],
    requires(parts >= 1, g == 0 || g == c, unbiased <= 1),
    types(f16, bf16, f32, f64),
    check(
        c = [3, 0, 1, 33, 257], parts = [1, 2, 31, 33], g = [3, 0, 33, 257], count = [1000, 0, 2, 33, 70_000],
        unbiased = [1, 0],
    ),
    bench(c = 64, parts = 32, g = 64, count = 524_288, unbiased = 1),
    bench(c = 1_024, parts = 256, g = 1_024, count = 65_536, unbiased = 1),
    inputs = moments_of_parts,
    tolerance = Conditioned(condition, 0.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn channel_statistics<T: Float>(
    #[shape(c, parts, 2)] moments: &[f64],
    #[shape(g)] running_mean: &[T],
    #[shape(g)] running_var: &[T],
    #[shape(c)] mean: &mut [f64],
    #[shape(c)] variance: &mut [f64],
    #[shape(g)] next_mean: &mut [T],
    #[shape(g)] next_var: &mut [T],
    count: u64,
    momentum: f64,
    unbiased: u32,
) {
    let moved = |from: T, to: f64| {
        if count == 0 { from } else { T::nearest((1.0 - momentum) * from.into() + momentum * to) }
    };
    for channel in 0..c {
        let (mu, scatter) = joined(&moments[channel * parts * 2..][..parts * 2], count as usize);
        (mean[channel], variance[channel]) = (mu, scatter / count as f64);
        if g > 0 {
            let divisor = if unbiased == 1 { count as f64 - 1.0 } else { count as f64 };
            next_mean[channel] = moved(running_mean[channel], mu);
            next_var[channel] = moved(running_var[channel], scatter / divisor);
        }
    }
}

/// The mean, and the sum of squared distances from it, of a channel's parts.
fn joined(moments: &[f64], count: usize) -> (f64, f64) {
    let parts: Vec<(f64, f64, f64)> = weighted(moments, count).collect();
    let mean = sum(parts.iter().map(|(n, mean, _)| n * mean)) / count as f64;
    let rest = sum(parts.iter().map(|(n, at, _)| n * (at - mean))) / count as f64;
    let apart = |(n, at, scatter): &(f64, f64, f64)| scatter + n * (at - mean - rest).powi(2);
    (mean, sum(parts.iter().map(apart)))
}

/// Number of elements, mean and scatter of the parts that have any.
fn weighted(moments: &[f64], count: usize) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
    let parts = moments.len() / 2;
    let of = move |(j, m): (usize, &[f64])| (part(j, count, parts).len() as f64, m[0], m[1]);
    moments.chunks(2).enumerate().map(of).filter(|(n, ..)| *n > 0.0)
}

/// Scatters of 0 and greater, means far from 0, a part with an infinity and what is NaN for it, running variances of 0
/// and greater; a count of 1 divides by 0.
fn moments_of_parts(case: &mut Case) {
    *case.value("momentum") = Value::Scalar(0.1f64.into());
    let parts = case.quantity("parts") as usize;
    case.change("moments", |m| {
        for (at, m) in m.chunks_mut(2).enumerate() {
            m[1] = m[1].abs() * 100.0;
            match at / parts % 8 {
                2 => m[0] += 1e4,
                3 if at % parts == 0 => m.copy_from_slice(&[f64::INFINITY, f64::NAN]),
                _ => {}
            }
        }
    });
    case.change("running_var", |x| x.iter_mut().for_each(|x| *x = x.abs()));
}

/// Roundings of sums of |n·mean|, of scatters and of n·(mean − μ)², and of what running statistics are made of.
fn condition(case: &Case, output: &str) -> Vec<f64> {
    let [parts, count] = ["parts", "count"].map(|name| case.quantity(name) as usize);
    let log = (parts as f64).log2().max(1.0);
    let moments = case.doubles("moments");
    let running = case.doubles(if output == "next_mean" { "running_mean" } else { "running_var" });
    let of = |(channel, moments): (usize, &[f64])| {
        let (mu, scatter) = joined(moments, count);
        let size = sum(weighted(moments, count).map(|(n, mean, _)| n * mean.abs())) / count as f64;
        // The rounding of a mean, as large as the largest of them, moves its square by twice their distance.
        let moved =
            sum(weighted(moments, count).map(|(n, mean, _)| 2.0 * n * (mean - mu).abs() * mean.abs().max(mu.abs())));
        let magnified = if output.ends_with("mean") { size / mu.abs() } else { 1.0 + moved / scatter };
        let statistic = if output.ends_with("mean") { mu } else { scatter / count as f64 };
        let before = running.get(channel).copied().unwrap_or(0.0);
        let terms = 0.9 * before.abs() + 0.1 * statistic.abs() * magnified;
        let sum = (0.9 * before + 0.1 * statistic).abs();
        8.0 * log * if output.starts_with("next") { terms / sum } else { magnified }
    };
    moments.chunks(2 * parts).enumerate().map(of).collect()
}
