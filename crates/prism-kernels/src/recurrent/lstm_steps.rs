//! Steps of long short-term memory.

use super::arguments::{before, doubles, factors, gates, prepare, series, store};
use super::near::Quantity;
use super::series::{Gates, Series, Step};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The states of long short-term memories over steps `first` to `first` + `count` of series of driven gates.
///
/// `h, c [d, b, n]` before the first step; `drive [t, b, d, 4n]`, the gates' inputs; `w_hh [d, 4n, n]`; `bias [d, g]`
/// (g = 4n or 0); `peephole [d, p]` (p = 3n, of i, o and f, or 0); `lengths [l]`, the steps of every series (l = b, or 0
/// where all have t) → `y [t, b, d, n]`, 0 behind a series' end, those of other steps as they are; `h_next, c_next
/// [d, b, n]` after a series' last step, what they were before where it has none.
///
/// i, f, g, o = drive + W·h + bias, c′ = σ(f)·c + σ(i)·tanh g, h′ = σ(o)·tanh c′; peepholes add `p_i`·c to i, `p_f`·c to f
/// and `p_o`·c′ to o. Rows lie in the `order` i, f, g, o (0) or i, o, f, g (1). Direction 0 runs back when `reverse` = 1,
/// direction 1 always, each from its series' end. `status` becomes the complement of the first series longer than t.
/// With `split` = 1 one block takes up to four series through all steps; with more, `split` blocks share one step.
/// Hochreiter & Schmidhuber 1997; Gers 2000. O(b·d·count·n²).
#[kernel(
    threads = d * b.div_ceil(4) * split * 256,
    block = [256],
    requires(
        g == 0 || g == 4 * n, p == 0 || p == 3 * n, l == 0 || l == b, order <= 1, d + reverse <= 2, first + count <= t,
        split >= 1, split == 1 || count <= 1
    ),
    types(f32, f64),
    check(
        d = [1, 2], b = [9, 1], n = [33, 100], t = [2], g = [132, 0], p = [99, 0], l = [9, 0], order = [0, 1],
        reverse = [0, 1], first = [0, 1], count = [2, 1], split = [1, 3]
    ),
    bench(d = 1, b = 1, n = 64, t = 1_000, g = 256, count = 1_000, split = 1),
    bench(d = 1, b = 64, n = 64, t = 1_000, g = 256, count = 1_000, split = 1),
    bench(d = 1, b = 1, n = 1_024, t = 1, g = 4_096, count = 1, split = 128),
    bench(d = 1, b = 64, n = 1_024, t = 1, g = 4_096, count = 1, split = 128),
    inputs = prepare,
    tolerance = Units(bounds),
)]
#[allow(clippy::too_many_arguments)]
pub fn lstm_steps<T: Real>(
    #[shape(d, b, n)] h: &[T],
    #[shape(d, b, n)] c: &[T],
    #[shape(t, b, d, 4 * n)] drive: &[T],
    #[shape(d, 4 * n, n)] w_hh: &[T],
    #[shape(d, g)] bias: &[T],
    #[shape(d, p)] peephole: &[T],
    #[shape(l)] lengths: &[u32],
    #[inout]
    #[shape(t, b, d, n)]
    y: &mut [T],
    #[inout]
    #[shape(d, b, n)]
    h_next: &mut [T],
    #[inout]
    #[shape(d, b, n)]
    c_next: &mut [T],
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
    let gates = Gates { count: 4, drive: doubles(drive), w_hh: doubles(w_hh), bias: doubles(bias) };
    let lstm = Lstm { series, gates, c: doubles(c), peephole: doubles(peephole), order: order as usize };
    let mut state = State { y: doubles(y), h: doubles(h_next), c: doubles(c_next) };
    lstm.run(&mut state, first as usize, count as usize, |x| T::nearest(x).into());
    store(&state.y, y);
    store(&state.h, h_next);
    store(&state.c, c_next);
    status[0] = status[0].max(lstm.series.too_long().map_or(0, |i| !(i as u64)));
}

struct Lstm {
    series: Series,
    gates: Gates,
    c: Vec<f64>,
    peephole: Vec<f64>,
    order: usize,
}

struct State<Q> {
    y: Vec<Q>,
    h: Vec<Q>,
    c: Vec<Q>,
}

impl Lstm {
    /// What is kept of a step is `stored`.
    fn run<Q: Quantity>(&self, state: &mut State<Q>, first: usize, count: usize, stored: impl Fn(Q) -> Q) {
        for (direction, i) in self.series.all() {
            if first == 0 && self.series.length(i) == 0 {
                for unit in self.series.own(direction, i) {
                    (state.h[unit], state.c[unit]) = (Q::of(self.series.h[unit]), Q::of(self.c[unit]));
                }
            }
            for s in first..first + count {
                self.step(state, self.series.step(direction, i, s), &stored);
            }
        }
    }

    fn step<Q: Quantity>(&self, state: &mut State<Q>, step: Step, stored: impl Fn(Q) -> Q) {
        let (own, output) = (self.series.own(step.direction, step.i).start, self.series.output(step).start);
        let before = self.series.state(&state.y, step);
        for row in 0..self.series.n {
            if !step.inside {
                state.y[output + row] = Q::of(0.0);
                continue;
            }
            let memory = if step.s == 0 { Q::of(self.c[own + row]) } else { state.c[own + row] };
            let (h, c) = self.unit(step, row, &before, memory);
            let (h, c) = (stored(h), stored(c));
            (state.y[output + row], state.c[own + row]) = (h, c);
            if step.last {
                state.h[own + row] = h;
            }
        }
    }

    fn unit<Q: Quantity>(&self, step: Step, row: usize, before: &[Q], memory: Q) -> (Q, Q) {
        let gate = |gate| {
            let sum = self.gates.recurrent(&self.series, step, gate, row, before);
            sum + self.gates.driven(&self.series, step, gate, row)
        };
        let peep = |which: usize, to: Q, memory: Q| {
            let at = (step.direction * 3 + which) * self.series.n + row;
            self.peephole.get(at).map_or(to, |&p| to + Q::of(p) * memory)
        };
        let [i, f, g, o] = [[0, 1, 2, 3], [0, 2, 3, 1]][self.order].map(gate);
        let (i, f) = (peep(0, i, memory), peep(2, f, memory));
        let after = f.logistic() * memory + i.logistic() * g.tanh();
        (peep(1, o, after).logistic() * after.tanh(), after)
    }
}

fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let (c, peephole, order) = (case.doubles("c"), case.doubles("peephole"), case.quantity("order") as usize);
    let lstm = Lstm { series: series(case), gates: gates(case, 4), c, peephole, order };
    let mut state = State { y: before(case, "y"), h: before(case, "h_next"), c: before(case, "c_next") };
    lstm.run(&mut state, case.quantity("first") as usize, case.quantity("count") as usize, |x| x);
    factors(match output {
        "y" => &state.y,
        "h_next" => &state.h,
        _ => &state.c,
    })
}
