//! The series that a network steps through: which step lies where, and which state it begins with.

use super::near::Quantity;

/// `b` series of up to `t` steps in `d` directions with `n` units, for the references.
pub(super) struct Series {
    /// Before the first step, `[d, b, n]`.
    pub h: Vec<f64>,
    /// Steps of every series `[b]`; empty where all have t.
    pub lengths: Vec<usize>,
    pub reverse: usize,
    pub d: usize,
    pub b: usize,
    pub n: usize,
    pub t: usize,
}

/// Series `i` in one direction, at step `s`, which lies at `place` in time.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub direction: usize,
    pub i: usize,
    pub s: usize,
    pub place: usize,
    /// Whether the series is that long, and whether it is its last step.
    pub inside: bool,
    pub last: bool,
}

impl Series {
    pub fn length(&self, i: usize) -> usize {
        self.lengths.get(i).map_or(self.t, |&length| length.min(self.t))
    }

    /// The first series that is longer than t.
    pub fn too_long(&self) -> Option<usize> {
        self.lengths.iter().position(|&length| length > self.t)
    }

    /// Step `s` of series `i`.
    pub fn step(&self, direction: usize, i: usize, s: usize) -> Step {
        let end = self.length(i);
        let back = direction + self.reverse == 1 && s < end;
        Step { direction, i, s, place: if back { end - 1 - s } else { s }, inside: s < end, last: s + 1 == end }
    }

    /// Every series in every direction.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        let b = self.b;
        (0..self.d * b).map(move |at| (at / b, at % b))
    }

    /// Where the units of a series lie in `[d, b, n]`.
    pub fn own(&self, direction: usize, i: usize) -> std::ops::Range<usize> {
        let at = direction * self.b + i;
        at * self.n..(at + 1) * self.n
    }

    /// Where those of a step lie in `[t, b, d, n]`.
    pub fn output(&self, step: Step) -> std::ops::Range<usize> {
        let at = self.at(step);
        at * self.n..(at + 1) * self.n
    }

    /// The number of a step among `[t, b, d]`.
    pub fn at(&self, step: Step) -> usize {
        (step.place * self.b + step.i) * self.d + step.direction
    }

    /// The state that a step begins with.
    pub fn state<Q: Quantity>(&self, y: &[Q], step: Step) -> Vec<Q> {
        if step.s == 0 {
            return self.h[self.own(step.direction, step.i)].iter().map(|&h| Q::of(h)).collect();
        }
        y[self.output(self.step(step.direction, step.i, step.s - 1))].to_vec()
    }
}

/// The parameters of a cell's recurrent half: `gates` rows of W for each unit, and as many numbers of drive and bias.
pub(super) struct Gates {
    /// Gates of a unit.
    pub count: usize,
    /// `[t, b, d, gates·n]`.
    pub drive: Vec<f64>,
    /// `[d, gates·n, n]`.
    pub w_hh: Vec<f64>,
    /// `[d, gates·n]`, or empty.
    pub bias: Vec<f64>,
}

impl Gates {
    /// Row `gate` of unit `row` over a state, and its bias.
    pub fn recurrent<Q: Quantity>(&self, series: &Series, step: Step, gate: usize, row: usize, state: &[Q]) -> Q {
        let at = (step.direction * self.count + gate) * series.n + row;
        let sum = Q::dot(&self.w_hh[at * series.n..][..series.n], state);
        self.bias.get(at).map_or(sum, |&bias| sum + Q::of(bias))
    }

    /// What the inputs of a step add to it.
    pub fn driven<Q: Quantity>(&self, series: &Series, step: Step, gate: usize, row: usize) -> Q {
        Q::of(self.drive[(series.at(step) * self.count + gate) * series.n + row])
    }
}
