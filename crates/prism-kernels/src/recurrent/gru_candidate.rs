//! The states of gated recurrent units that reset before their weights.

use super::arguments::{before, doubles, factors, gates, prepare, series, store};
use super::near::Quantity;
use super::series::{Gates, Series};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The state (1 − z)·tanh(drive + W·(r∘h) + bias) + z·h of every unit after step `step`.
///
/// Arguments as of [`gru_steps`](super::gru_steps); z = `update [d, b, n]` and r∘h = `reset [d, b, n]` are those of
/// [`gru_reset`](super::gru_reset). Of `y [t, b, d, n]` the step is written, 0 where a series has ended, and the step
/// before is read; `h_next [d, b, n]` is written after a series' last step. `split` blocks share the units of up to
/// eight series. O(b·d·n²).
#[kernel(
    threads = d * b.div_ceil(4) * split * 256,
    block = [256],
    requires(g == 0 || g == 3 * n, l == 0 || l == b, d + reverse <= 2, step < t, split >= 1),
    types(f32, f64),
    check(
        d = [1, 2], b = [9, 1, 0], n = [33, 100, 1, 0], t = [3], g = [99, 0], l = [9, 0], reverse = [0, 1],
        step = [0, 2], split = [1, 3]
    ),
    bench(d = 1, b = 1, n = 1_024, t = 1, g = 3_072, split = 128),
    bench(d = 1, b = 64, n = 1_024, t = 1, g = 3_072, split = 128),
    inputs = prepare,
    tolerance = Units(bounds),
)]
#[allow(clippy::too_many_arguments)]
pub fn gru_candidate<T: Real>(
    #[shape(d, b, n)] h: &[T],
    #[shape(t, b, d, 3 * n)] drive: &[T],
    #[shape(d, 3 * n, n)] w_hh: &[T],
    #[shape(d, g)] bias: &[T],
    #[shape(l)] lengths: &[u32],
    #[shape(d, b, n)] update: &[T],
    #[shape(d, b, n)] reset: &[T],
    #[inout]
    #[shape(t, b, d, n)]
    y: &mut [T],
    #[inout]
    #[shape(d, b, n)]
    h_next: &mut [T],
    reverse: u32,
    step: u32,
    split: u32,
) {
    let lengths = lengths.iter().map(|&length| length as usize).collect();
    let series = Series { h: doubles(h), lengths, reverse: reverse as usize, d, b, n, t };
    let gates = Gates { count: 3, drive: doubles(drive), w_hh: doubles(w_hh), bias: doubles(bias) };
    let (mut outputs, mut last) = (doubles(y), doubles(h_next));
    run::<f64>(&series, &gates, [&doubles(update), &doubles(reset)], &mut outputs, &mut last, step as usize);
    store(&outputs, y);
    store(&last, h_next);
}

fn run<Q: Quantity>(
    series: &Series,
    gates: &Gates,
    [update, reset]: [&[f64]; 2],
    y: &mut [Q],
    last: &mut [Q],
    s: usize,
) {
    let exact = |numbers: &[f64]| numbers.iter().map(|&x| Q::of(x)).collect::<Vec<Q>>();
    for (direction, i) in series.all() {
        let (step, own) = (series.step(direction, i, s), series.own(direction, i));
        let (state, from, z) = (series.state(y, step), exact(&reset[own.clone()]), exact(&update[own.clone()]));
        let output = series.output(step).start;
        for row in 0..series.n {
            let sum = gates.recurrent(series, step, 2, row, &from) + gates.driven(series, step, 2, row);
            let next = (Q::of(1.0) - z[row]) * sum.tanh() + z[row] * state[row];
            y[output + row] = if step.inside { next } else { Q::of(0.0) };
            if step.last {
                last[own.start + row] = next;
            }
        }
    }
}

fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let (series, gates) = (series(case), gates(case, 3));
    let (mut y, mut last) = (before(case, "y"), before(case, "h_next"));
    let given = [&case.doubles("update")[..], &case.doubles("reset")[..]];
    run(&series, &gates, given, &mut y, &mut last, case.quantity("step") as usize);
    factors(if output == "y" { &y } else { &last })
}
