//! A token drawn from each row of logits.

use super::row_top::ranked;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::{Case, Value};
use prism_device::philox::Philox;

/// A token of every row z of logits, drawn from its softmax over those kept.
///
/// `logits [r, v]` → `token [r]`, `prob [r]` its probability. Kept are the k largest (all where k = 0), of equal ones the
/// first; of these, in descending order, the shortest beginning that has the probability `p`. The token is the first in
/// that order at which the sum of probabilities exceeds u, double `offset` + row of the Philox stream. Weights
/// exp((z − m)/T), m the largest logit, T = `temperature` > 0, are whole multiples of 2⁻⁴⁰, and their sums exact: a token
/// of less than half of that is never drawn. `fault` becomes the complement of the first place that is NaN, or of the
/// first of a row that is −∞ throughout, and stays 0 without one; such rows have token −1. With k from 1 to 512 a row in
/// order, or in none, is read once and a part twice; to 2048, three times or more, in bins of its elements and in bins of
/// those; else so for the nucleus and for the token. Fan 2018; Holtzman 2019.
#[kernel(
    threads = r * 512,
    block = [512],
    wide(r),
    requires(v >= 1 || r == 0, v <= 8_388_608),
    types(f16, bf16, f32, f64),
    check(r = [7, 0], v = [1, 2, 33, 257, 1000, 2050, 5001], k = [0, 1, 50, 512, 2048, 2500, 100_000], offset = [0, 3]),
    bench(r = 256, v = 131_072, k = 50),
    bench(r = 256, v = 50_257, k = 50),
    bench(r = 256, v = 131_072, k = 0),
    inputs = lottery,
    tolerance = Elementwise(4.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn row_token<T: Float>(
    #[shape(r, v)] logits: &[T],
    #[shape(r)] token: &mut [i64],
    #[shape(r)] prob: &mut [f32],
    #[shape(1)] fault: &mut [u64],
    temperature: f64,
    p: f64,
    k: u32,
    seed: u64,
    stream: u64,
    offset: u64,
) {
    for row in 0..r {
        let z: Vec<f64> = logits[row * v..][..v].iter().map(|&z| z.into()).collect();
        let mut kept = ranked(&z, false);
        kept.truncate(if k == 0 { v } else { k as usize });
        let first = kept[0];
        if z[first].is_nan() || z[first] == f64::NEG_INFINITY {
            (token[row], prob[row]) = (-1, f32::NAN);
            fault[0] = fault[0].max(!((row * v + first) as u64));
            continue;
        }
        let weights: Vec<u64> = kept.iter().map(|&at| weight(z[at], z[first], temperature)).collect();
        let uniform = Philox::new(seed, stream).uniform(offset.wrapping_add(row as u64));
        let (at, sum) = drawn(&weights, p, uniform);
        (token[row], prob[row]) = (kept[at] as i64, (weights[at] as f64 / sum as f64) as f32);
    }
}

/// exp((z − m)/T) in units of 2⁻⁴⁰; m itself weighs 1 even where it is infinite.
fn weight(z: f64, most: f64, temperature: f64) -> u64 {
    let share = if z == most { 1.0 } else { ((z - most) / temperature).exp() };
    (share * 2f64.powi(40) + 0.5) as u64
}

/// Which weight is drawn of the nucleus, and the sum of that.
fn drawn(weights: &[u64], p: f64, uniform: f64) -> (usize, u64) {
    let sum: u64 = weights.iter().sum();
    let nucleus = ((p * sum as f64).ceil() as u64).max(1).min(sum);
    let last = first_reaching(weights, nucleus);
    let kept: u64 = weights[..=last].iter().sum();
    let bits = (uniform * 2f64.powi(53)) as u128;
    (first_reaching(weights, ((bits * u128::from(kept)) >> 53) as u64 + 1), kept)
}

/// The first weight at which the sum of all so far reaches what is wanted.
fn first_reaching(weights: &[u64], wanted: u64) -> usize {
    let sums = weights.iter().scan(0, |sum, w| {
        *sum += w;
        Some(*sum)
    });
    sums.take_while(|&sum| sum < wanted).count()
}

/// Temperatures, nuclei and streams; rows of ties, of infinities, without a number.
fn lottery(case: &mut Case) {
    let [v, k] = ["v", "k"].map(|name| case.quantity(name) as usize);
    let kind = v + k;
    *case.value("temperature") = Value::Scalar([1.0, 0.7, 3.0][kind % 3].into());
    *case.value("p") = Value::Scalar([0.9, 1.0, 0.5, 0.0][kind / 2 % 4].into());
    *case.value("seed") = Value::Scalar((kind as u64).into());
    case.change("logits", |z| {
        for (row, z) in z.chunks_mut(v).enumerate() {
            match row {
                1 => z[..v - 1].fill(f64::NEG_INFINITY),
                2 => z.fill(-2.5),
                3 => z[v / 2] = f64::INFINITY,
                4 if kind % 5 == 0 => z[v / 3] = f64::NAN,
                5 if kind % 7 == 0 => z.fill(f64::NEG_INFINITY),
                6 => z.iter_mut().for_each(|z| *z *= 8.0),
                _ => {}
            }
        }
    });
}
