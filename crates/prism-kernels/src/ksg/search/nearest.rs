//! The `k` nearest neighbours of every point, a leaf of queries at a time.
//!
//! The leaf's own points give each query a first radius. Then the queries descend together, nearer child first; a node is
//! left out when it lies beyond the largest radius of the group, a leaf is scanned for those queries whose radius meets it.

use super::columns::Columns;
use super::excluded::Excluded;
use super::lanes::Vector;
use super::leaf::{self, Row, known};
use super::lists::Lists;
use super::rank::rank;
use super::scalar::{LANES, Scalar};
use super::tree::{EMPTY, Tree};
use super::worker::{Bits, Job, Worker};
use super::{Algorithm, Spec};

/// Finds radii: for each leaf `[radius][slot]`, one radius (algorithm 1) or one for each variable (algorithm 2).
pub(super) struct Nearest<'a, T> {
    pub(super) tree: &'a Tree<T>,
    pub(super) columns: Columns<'a, T>,
    pub(super) excluded: &'a Excluded,
    pub(super) spec: Spec,
}

impl<T: Scalar> Job<T> for Nearest<'_, T> {
    type Out = T;

    fn width(&self) -> usize {
        radii(self.spec.algorithm) * self.tree.stride()
    }

    #[inline(always)]
    fn leaf<V: Vector<T>>(&self, v: V, leaf: usize, worker: &mut Worker<T>, out: &mut [T]) {
        match (self.spec.algorithm, self.tree.dims()) {
            (Algorithm::One, 2) => Group::<_, _, 2, false>::search(v, self, leaf, worker, out),
            (Algorithm::One, 3) => Group::<_, _, 3, false>::search(v, self, leaf, worker, out),
            (Algorithm::One, _) => Group::<_, _, 0, false>::search(v, self, leaf, worker, out),
            (Algorithm::Two, _) => Group::<_, _, 0, true>::search(v, self, leaf, worker, out),
        }
    }
}

/// Radii a sample has.
pub(super) fn radii(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::One => 1,
        Algorithm::Two => 3,
    }
}

/// The queries of one leaf; with `NAMES` their neighbours' samples matter.
struct Group<'a, T, V, const D: usize, const NAMES: bool> {
    v: V,
    job: &'a Nearest<'a, T>,
    leaf: usize,
    /// The coordinates of the queries, a point after another.
    queries: &'a [T],
    lists: Lists<'a, T, NAMES>,
    /// The largest and the smallest reach of a query.
    most: T,
    least: T,
    /// See [`Lists::highest`].
    highest: u32,
}

impl<'a, T: Scalar, V: Vector<T>, const D: usize, const NAMES: bool> Group<'a, T, V, D, NAMES> {
    #[inline(always)]
    fn search(v: V, job: &'a Nearest<'a, T>, leaf: usize, worker: &'a mut Worker<T>, out: &mut [T]) {
        let Worker { stack, queries, ranks, nearest, samples } = worker;
        job.tree.copy_points(leaf, queries);
        let lists = Lists::new(job.spec.k, job.tree.size(leaf), nearest, samples);
        let mut group = Self { v, job, leaf, queries, lists, most: T::INFINITY, least: T::INFINITY, highest: EMPTY };
        if NAMES {
            for slot in 0..job.tree.size(leaf) {
                group.scan(slot, leaf);
            }
        } else {
            rank::<T, V, D, NAMES>(v, (job.tree, leaf), group.queries, job.excluded, ranks, &mut group.lists);
        }
        group.tighten();
        group.descend(stack);
        group.answer(out);
    }

    #[inline(always)]
    fn descend(&mut self, stack: &mut Vec<(T, u32)>) {
        let tree = self.job.tree;
        stack.clear();
        stack.push((T::ZERO, 1));
        while let Some((gap, node)) = stack.pop() {
            if self.beyond(gap, node as usize) {
                continue;
            }
            if node as usize >= tree.leaves() {
                self.visit(node as usize);
                continue;
            }
            let (left, right) = (2 * node, 2 * node + 1);
            let (left, right) = ((self.gap(left as usize), left), (self.gap(right as usize), right));
            let (near, far) = if right.0 < left.0 { (right, left) } else { (left, right) };
            stack.push(far);
            stack.push(near);
        }
    }

    /// No query of the group can take a point of the node.
    #[inline(always)]
    fn beyond(&self, gap: T, node: usize) -> bool {
        if NAMES && gap == self.most {
            return self.job.tree.first(node) >= self.highest;
        }
        gap >= self.most
    }

    /// The distance of a node's box to the group's.
    #[inline(always)]
    fn gap(&self, node: usize) -> T {
        let (low, high) = self.job.tree.corners(node);
        let (own_low, own_high) = self.job.tree.corners(self.job.tree.leaves() + self.leaf);
        let mut gap = T::ZERO;
        for dim in 0..known::<D>(low.len()) {
            gap = gap.larger((low[dim] - own_high[dim]).larger(own_low[dim] - high[dim]));
        }
        gap
    }

    #[inline(always)]
    fn visit(&mut self, node: usize) {
        let other = node - self.job.tree.leaves();
        if other == self.leaf {
            return;
        }
        let touched = self.touched(node);
        for slot in Bits(touched) {
            self.scan(slot, other);
        }
        if touched != 0 {
            self.tighten();
        }
    }

    /// A bit for each query whose reach meets the node's box.
    #[inline(always)]
    fn touched(&self, node: usize) -> u64 {
        let tree = self.job.tree;
        let dims = known::<D>(tree.dims());
        let (low, high) = tree.corners(node);
        let (own_low, own_high) = tree.corners(tree.leaves() + self.leaf);
        let mut asked = 0;
        for dim in 0..dims {
            let gap = (low[dim] - own_low[dim]).larger(own_high[dim] - high[dim]);
            asked |= u64::from(gap > self.least) << (dim % 64);
        }
        let (mut found, own) = (0, tree.points(self.leaf));
        for chunk in 0..tree.stride() / LANES {
            let gap = leaf::to_box::<T, V, false>(self.v, &own[chunk * dims..][..dims], low, high, asked);
            let touched = self.v.within(gap, self.v.load(&self.lists.reach()[chunk]));
            found |= u64::from(touched) << (chunk * LANES);
        }
        found
    }

    #[inline(always)]
    fn tighten(&mut self) {
        (self.most, self.least) = self.lists.extremes();
        if NAMES {
            self.highest = self.lists.highest();
        }
    }

    /// Offers the points of a leaf to a query.
    #[inline(always)]
    fn scan(&mut self, slot: usize, other: usize) {
        let tree = self.job.tree;
        let dims = known::<D>(tree.dims());
        let excluded = self.job.excluded.of(tree.order(self.leaf)[slot] as usize);
        let reach = self.lists.reach().as_flattened()[slot];
        let point = &self.queries[slot * dims..][..dims];
        let mut far = Row::default();
        let found = leaf::near::<T, V, D>(self.v, tree.points(other), point, reach, &mut far);
        for l in Bits(found) {
            let sample = tree.order(other)[l];
            if !excluded.contains(&(sample as usize)) && sample != EMPTY {
                self.lists.take(slot, far.as_flattened()[l], sample);
            }
        }
    }

    #[inline(always)]
    fn answer(&self, out: &mut [T]) {
        let stride = self.job.tree.stride();
        if !NAMES {
            out.copy_from_slice(&self.lists.reach().as_flattened()[..stride]);
            return;
        }
        for slot in 0..self.job.tree.size(self.leaf) {
            for (radius, span) in self.span(slot).into_iter().enumerate() {
                out[radius * stride + slot] = span;
            }
        }
    }

    /// How far the neighbours of a query lie in each variable.
    #[inline(always)]
    fn span(&self, slot: usize) -> [T; 3] {
        let query = self.job.tree.order(self.leaf)[slot] as usize;
        let mut span = [T::ZERO; 3];
        for &name in self.lists.names(slot) {
            if name != EMPTY {
                let far = self.job.columns.distances(query, name as usize);
                span = [span[0].larger(far[0]), span[1].larger(far[1]), span[2].larger(far[2])];
            }
        }
        span
    }
}
