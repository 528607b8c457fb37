//! Steps of gated recurrent units that reset behind their weights.

use super::arguments::{before, doubles, factors, gates, prepare, series, store};
use super::near::Quantity;
use super::series::{Gates, Series, Step};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The states of gated recurrent units over steps `first` to `first` + `count` of series of driven gates.
///
/// `h [d, b, n]` before the first step; `drive [t, b, d, 3n]`, the gates' inputs; `w_hh [d, 3n, n]`; `bias [d, g]` (g = 3n
/// or 0); `lengths [l]`, the steps of every series (l = b, or 0 where all have t) → `y [t, b, d, n]`, 0 behind a series'
/// end, those of other steps as they are; `h_next [d, b, n]` after a series' last step, what it was before where it has
/// none.
///
/// With u = W·h + bias: r, z = σ(drive + u), m = tanh(drive + r∘u), h′ = (1 − z)·m + z·h. Rows lie in the `order` r, z, m
/// (0) or z, r, m (1). Direction 0 runs back when `reverse` = 1, direction 1 always, each from its series' end. `status`
/// becomes the complement of the first series longer than t. With `split` = 1 one block takes up to four series through
/// all steps; with more, `split` blocks share one step. Cho 2014. O(b·d·count·n²).
#[kernel(
    threads = d * b.div_ceil(4) * split * 256,
    block = [256],
    requires(
        g == 0 || g == 3 * n, l == 0 || l == b, order <= 1, d + reverse <= 2, first + count <= t, split >= 1,
        split == 1 || count <= 1
    ),
    types(f32, f64),
    check(
        d = [1, 2], b = [9, 1], n = [33, 100, 1], t = [2], g = [99, 0], l = [9, 0], order = [0, 1], reverse = [0, 1],
        first = [0, 1], count = [2, 1], split = [1, 3]
    ),
    bench(d = 1, b = 1, n = 64, t = 1_000, g = 192, count = 1_000, split = 1),
    bench(d = 1, b = 64, n = 64, t = 1_000, g = 192, count = 1_000, split = 1),
    bench(d = 1, b = 1, n = 1_024, t = 1, g = 3_072, count = 1, split = 128),
    bench(d = 1, b = 64, n = 1_024, t = 1, g = 3_072, count = 1, split = 128),
    inputs = prepare,
    tolerance = Units(bounds),
)]
#[allow(clippy::too_many_arguments)]
pub fn gru_steps<T: Real>(
    #[shape(d, b, n)] h: &[T],
    #[shape(t, b, d, 3 * n)] drive: &[T],
    #[shape(d, 3 * n, n)] w_hh: &[T],
    #[shape(d, g)] bias: &[T],
    #[shape(l)] lengths: &[u32],
    #[inout]
    #[shape(t, b, d, n)]
    y: &mut [T],
    #[inout]
    #[shape(d, b, n)]
    h_next: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u64],
    order: u32,
    reverse: u32,
    first: u32,
    count: u32,
    split: u32,
) {
    let lengths = lengths.iter().map(|&length| length as usize).collect();
    let series = Series { h: doubles(h), lengths, reverse: reverse as usize, d, b, n, t };
    let gates = Gates { count: 3, drive: doubles(drive), w_hh: doubles(w_hh), bias: doubles(bias) };
    let gru = Gru { series, gates, order: order as usize };
    let (mut outputs, mut last) = (doubles(y), doubles(h_next));
    gru.run(&mut outputs, &mut last, first as usize, count as usize, |x| T::nearest(x).into());
    store(&outputs, y);
    store(&last, h_next);
    status[0] = status[0].max(gru.series.too_long().map_or(0, |i| !(i as u64)));
}

struct Gru {
    series: Series,
    gates: Gates,
    order: usize,
}

impl Gru {
    /// What is kept of a step is `stored`.
    fn run<Q: Quantity>(&self, y: &mut [Q], last: &mut [Q], first: usize, count: usize, stored: impl Fn(Q) -> Q) {
        for (direction, i) in self.series.all() {
            if first == 0 && self.series.length(i) == 0 {
                self.series.own(direction, i).for_each(|unit| last[unit] = Q::of(self.series.h[unit]));
            }
            for s in first..first + count {
                self.step(y, last, self.series.step(direction, i, s), &stored);
            }
        }
    }

    fn step<Q: Quantity>(&self, y: &mut [Q], last: &mut [Q], step: Step, stored: impl Fn(Q) -> Q) {
        let (own, output) = (self.series.own(step.direction, step.i).start, self.series.output(step).start);
        let before = self.series.state(y, step);
        for row in 0..self.series.n {
            y[output + row] = if step.inside { stored(self.unit(step, row, &before)) } else { Q::of(0.0) };
            if step.last {
                last[own + row] = y[output + row];
            }
        }
    }

    fn unit<Q: Quantity>(&self, step: Step, row: usize, before: &[Q]) -> Q {
        let u: [Q; 3] = [0, 1, 2].map(|gate| self.gates.recurrent(&self.series, step, gate, row, before));
        let driven: [Q; 3] = [0, 1, 2].map(|gate| self.gates.driven(&self.series, step, gate, row));
        let [reset, update] = [[0, 1], [1, 0]][self.order].map(|gate: usize| (u[gate] + driven[gate]).logistic());
        let candidate = (driven[2] + reset * u[2]).tanh();
        (Q::of(1.0) - update) * candidate + update * before[row]
    }
}

fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let gru = Gru { series: series(case), gates: gates(case, 3), order: case.quantity("order") as usize };
    let (mut y, mut last) = (before(case, "y"), before(case, "h_next"));
    gru.run(&mut y, &mut last, case.quantity("first") as usize, case.quantity("count") as usize, |x| x);
    factors(if output == "y" { &y } else { &last })
}
