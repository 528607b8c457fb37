//! One of the three spaces that are counted in, whatever its dimension.

use rayon::prelude::*;

use super::columns::Columns;
use super::excluded::Excluded;
use super::line::Line;
use super::range::Within;
use super::scalar::Scalar;
use super::tree::Tree;
use super::worker::{Worker, run};

/// Samples a task takes.
const GRAIN: usize = 4096;

/// The order over a space: none for no dimension, a line for one, else a tree.
#[derive(Default)]
pub(super) struct Space<T> {
    dims: usize,
    line: Line<T>,
    tree: Tree<T>,
}

/// Radii and what they apply to: `reach[0]` to the first `cut` dimensions, `reach[1]` to the others; in sample order.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a, T> {
    pub(super) cut: usize,
    pub(super) radii: [&'a [T]; 2],
}

impl<T: Scalar> Space<T> {
    pub(super) fn build(&mut self, columns: Columns<T>, parallel: bool) {
        self.dims = columns.dims();
        match self.dims {
            0 => {}
            1 => self.line.build(columns.get(0), parallel),
            _ => self.tree.build(columns, parallel),
        }
    }

    /// Counts for each sample the others within its radii that are not excluded; `raw` is scratch.
    pub(super) fn count(
        &self,
        columns: Columns<T>,
        reach: Reach<T>,
        excluded: &Excluded,
        out: &mut [u32],
        raw: &mut Vec<u32>,
        worker: Option<&mut Worker<T>>,
    ) {
        let parallel = worker.is_none();
        let slots = match self.dims {
            0 => return count_all(excluded, out),
            1 => {
                raw.resize(out.len(), 0);
                self.line.count(reach.radii[usize::from(reach.cut == 0)], raw, parallel);
                self.line.slots()
            }
            _ => {
                raw.resize(self.tree.leaves() * self.tree.stride(), 0);
                run(&Within { tree: &self.tree, cut: reach.cut, reach: reach.radii }, raw, worker);
                self.tree.slots()
            }
        };
        let settle =
            |(i, out): (usize, &mut u32)| *out = raw[slots[i] as usize] - reach.count_excluded(columns, excluded, i);
        if parallel {
            out.par_iter_mut().with_min_len(GRAIN).enumerate().for_each(settle);
        } else {
            out.iter_mut().enumerate().for_each(settle);
        }
    }
}

fn count_all(excluded: &Excluded, out: &mut [u32]) {
    let n = out.len();
    for (i, out) in out.iter_mut().enumerate() {
        *out = (n - excluded.of(i).len()) as u32;
    }
}

impl<T: Scalar> Reach<'_, T> {
    /// How many of the samples excluded for sample `i` lie within its radii.
    fn count_excluded(&self, columns: Columns<T>, excluded: &Excluded, i: usize) -> u32 {
        let radius = |dim| self.radii[usize::from(dim >= self.cut)][i];
        let within = |j: &usize| columns.iter().enumerate().all(|(dim, c)| (c[*j] - c[i]).abs() <= radius(dim));
        excluded.of(i).filter(within).count() as u32
    }
}
