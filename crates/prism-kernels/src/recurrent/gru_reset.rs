//! The gates of gated recurrent units that reset before their weights.

use super::arguments::{before, doubles, factors, gates, prepare, series, store};
use super::near::Quantity;
use super::series::{Gates, Series};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The update gate z and the reset state r∘h of every unit at step `step`, both 0 where a series has ended.
///
/// Arguments as of [`gru_steps`](super::gru_steps); `y [t, b, d, n]` holds the states after the steps before → `update,
/// reset [d, b, n]`. `split` blocks share the units of up to four series. O(b·d·n²).
#[kernel(
    threads = d * b.div_ceil(4) * split * 256,
    block = [256],
    requires(g == 0 || g == 3 * n, l == 0 || l == b, order <= 1, d + reverse <= 2, step < t, split >= 1),
    types(f32, f64),
    check(
        d = [1, 2], b = [9, 1], n = [33, 100, 1], t = [3], g = [99, 0], l = [9, 0], order = [0, 1], reverse = [0, 1],
        step = [0, 2], split = [1, 3]
    ),
    bench(d = 1, b = 1, n = 1_024, t = 1, g = 3_072, split = 128),
    bench(d = 1, b = 64, n = 1_024, t = 1, g = 3_072, split = 128),
    inputs = prepare,
    tolerance = Units(bounds),
)]
#[allow(clippy::too_many_arguments)]
pub fn gru_reset<T: Real>(
    #[shape(d, b, n)] h: &[T],
    #[shape(t, b, d, 3 * n)] drive: &[T],
    #[shape(d, 3 * n, n)] w_hh: &[T],
    #[shape(d, g)] bias: &[T],
    #[shape(l)] lengths: &[u32],
    #[shape(t, b, d, n)] y: &[T],
    #[shape(d, b, n)] update: &mut [T],
    #[shape(d, b, n)] reset: &mut [T],
    order: u32,
    reverse: u32,
    step: u32,
    split: u32,
) {
    let lengths = lengths.iter().map(|&length| length as usize).collect();
    let series = Series { h: doubles(h), lengths, reverse: reverse as usize, d, b, n, t };
    let gates = Gates { count: 3, drive: doubles(drive), w_hh: doubles(w_hh), bias: doubles(bias) };
    let (z, rh) = of_step::<f64>(&series, &gates, order as usize, &doubles(y), step as usize);
    store(&z, update);
    store(&rh, reset);
}

/// The update gates and the reset states.
fn of_step<Q: Quantity>(series: &Series, gates: &Gates, order: usize, y: &[Q], s: usize) -> (Vec<Q>, Vec<Q>) {
    let of_series = |(direction, i)| {
        let step = series.step(direction, i, s);
        let state = series.state(y, step);
        let unit = move |row: usize| {
            let gate = |gate: usize| {
                let sum = gates.recurrent(series, step, gate, row, &state) + gates.driven(series, step, gate, row);
                sum.logistic()
            };
            let none = (Q::of(0.0), Q::of(0.0));
            if step.inside { (gate(1 - order), gate(order) * state[row]) } else { none }
        };
        (0..series.n).map(unit).collect::<Vec<_>>()
    };
    series.all().flat_map(of_series).unzip()
}

fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let order = case.quantity("order") as usize;
    let of = of_step(&series(case), &gates(case, 3), order, &before(case, "y"), case.quantity("step") as usize);
    factors(if output == "update" { &of.0 } else { &of.1 })
}
