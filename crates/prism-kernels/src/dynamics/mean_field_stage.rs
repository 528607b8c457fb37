//! A stage of a step of oscillators in their mean field, shared by many blocks.

use super::oscillator::{Stepping, moments, prepare};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::{Case, Value};

/// The sums of sines and cosines that stage `stage` + 1 of a step needs, or, after the last stage, the phases too.
///
/// `start, omega, theta [b, n]`, `sums [b, 5, parts, 2]`: sines and cosines of the phases that each stage looks at, of
/// every part of a system; those of stage j in place j − 1, those of stage 1 in place 0 when `turn` = 0 and in place 4
/// when it is 1, which changes with every step. Stage 0 copies `start` to `theta` and writes the sums of stage 1; stage
/// j below `stages` finds the phases of stage j + 1 from `theta` and the sums of stages 1 to j; the last stage moves
/// `theta` and writes the sums of stage 1 of the next step. So a step reads phases and frequencies `stages` times,
/// writes phases once and keeps nothing else. The step is that of
/// [`mean_field_trajectory`](super::mean_field_trajectory); `number` is that of the first normal number.
/// O(b·n·`stage`).
#[kernel(
    threads = b * parts * 256,
    block = [256],
    requires(parts >= 1, stages == 1 || stages == 4, stage <= stages, wrap <= 1, turn <= 1),
    types(f32, f64),
    check(
        b = [1, 0, 9], n = [33, 0, 5000], parts = [1, 3], stage = [0, 1, 3, 4], stages = [4, 1], wrap = [0, 1],
        turn = [0, 1]
    ),
    bench(b = 1, n = 33_554_432, parts = 1_024, stage = 4, stages = 4),
    bench(b = 1, n = 33_554_432, parts = 1_024, stage = 1, stages = 1),
    inputs = fields,
    tolerance = Conditioned(bounds, 1e-300),
)]
#[allow(clippy::too_many_arguments)]
pub fn mean_field_stage<T: Real>(
    #[shape(b, n)] start: &[T],
    #[shape(b, n)] omega: &[T],
    #[inout]
    #[shape(b, n)]
    theta: &mut [T],
    #[inout]
    #[shape(b, 5, parts, 2)]
    sums: &mut [f64],
    k: f64,
    alpha: f64,
    dt: f64,
    diffusion: f64,
    stage: u32,
    stages: u32,
    wrap: u32,
    turn: u32,
    seed: u64,
    number: u64,
) {
    let stepping = Stepping { k, alpha, dt, diffusion, stages, wrap: wrap == 1, seed };
    let wide = |data: &[T]| data.iter().map(|&x| x.into()).collect::<Vec<f64>>();
    let from = wide(if stage == 0 { start } else { theta });
    let seen = seen(stepping, &from, &wide(omega), sums, [n, parts, turn as usize], stage, number);
    let to = place(turn as usize, stage, stages);
    for item in 0..b * parts {
        let part = crate::rows::part(item, n, parts);
        let (s, c) = moments(&seen[item / parts * n..][part]);
        let at = ((item / parts * 5 + to) * parts + item % parts) * 2;
        (sums[at], sums[at + 1]) = (s, c);
    }
    if stage == 0 || stage == stages {
        theta.iter_mut().zip(seen).for_each(|(theta, seen)| *theta = T::nearest(seen));
    }
}

/// Where a stage writes its sums.
fn place(turn: usize, stage: u32, stages: u32) -> usize {
    match stage {
        _ if stage == stages => 4 * (1 - turn),
        0 => 4 * turn,
        _ => stage as usize,
    }
}

/// The phases that the next stage looks at.
fn seen(
    stepping: Stepping,
    from: &[f64],
    omega: &[f64],
    sums: &[f64],
    [n, parts, turn]: [usize; 3],
    stage: u32,
    number: u64,
) -> Vec<f64> {
    let total = |system: usize, j: usize| {
        let j = if j == 0 { 4 * turn } else { j };
        let parts = sums[(system * 5 + j) * parts * 2..][..parts * 2].chunks(2);
        parts.fold((0.0, 0.0), |(s, c), part| (s + part[0], c + part[1]))
    };
    let totals: Vec<_> = (0..sums.len() / parts / 10).map(|i| [0, 1, 2, 3].map(|j| total(i, j))).collect();
    let of = |at: usize| {
        let (mut seen, mut weighed) = (from[at], 0.0);
        for j in 1..=stage {
            let rate = stepping.rate(seen, omega[at], totals[at / n][j as usize - 1], n as f64);
            weighed += Stepping::weight(j) * rate;
            seen = stepping.ahead(from[at], rate, j);
        }
        if stage == stepping.stages { stepping.after(from[at], weighed, number + at as u64) } else { seen }
    };
    (0..from.len()).map(of).collect()
}

/// Sums as large as those of the phases there are.
fn fields(case: &mut Case) {
    prepare(case);
    let [n, parts] = ["n", "parts"].map(|name| case.quantity(name) as f64);
    case.change("sums", |sums| sums.iter_mut().for_each(|sum| *sum *= n / parts / 4.0));
}

/// 16 roundings of what makes a phase; the sums' terms are as wrong as their phases.
fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let [n, parts, turn] = ["n", "parts", "turn"].map(|name| case.quantity(name) as usize);
    let [stage, stages] = ["stage", "stages"].map(|name| case.quantity(name) as u32);
    let diffusion = if stages == 1 { 0.05 } else { 0.0 };
    let (wrap, seed) = (case.quantity("wrap") == 1, case.quantity("seed"));
    let stepping = Stepping { k: 1.5, alpha: 0.25, dt: 0.01, diffusion, stages, wrap, seed };
    let (omega, sums) = (case.doubles("omega"), case.doubles("sums"));
    let from = case.doubles(if stage == 0 { "start" } else { "theta" });
    let seen = seen(stepping, &from, &omega, &sums, [n, parts, turn], stage, case.quantity("number"));
    let slack: Vec<f64> =
        from.iter().zip(&omega).map(|(theta, omega)| 16.0 * (theta.abs() + omega.abs() + 1.0)).collect();
    if output != "sums" {
        return seen.iter().zip(slack).map(|(seen, slack)| slack / seen.abs().max(f64::MIN_POSITIVE)).collect();
    }
    let single = if matches!(case.values[0].1, Value::F32(..)) { 2f64.powi(29) } else { 1.0 };
    let to = place(turn, stage, stages);
    let of = |at: usize| {
        let (system, which, part) = (at / (10 * parts), at / (2 * parts) % 5, at / 2 % parts);
        if which != to {
            return 0.0;
        }
        let part = crate::rows::part(part, n, parts);
        let (s, c) = moments(&seen[system * n..][part.clone()]);
        let sum = if at.is_multiple_of(2) { s } else { c };
        slack[system * n..][part].iter().sum::<f64>() * single / sum.abs().max(f64::MIN_POSITIVE)
    };
    (0..sums.len()).map(of).collect()
}
