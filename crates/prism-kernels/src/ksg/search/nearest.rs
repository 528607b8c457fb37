//! The `k` nearest neighbours of every point, a leaf of queries at a time.
//!
//! The leaf's own points give each query a first radius. Then the queries descend together, nearer child first; a node is
//! left out when it lies beyond the largest radius of the group, a leaf is scanned for those queries whose radius meets it.

use super::columns::Columns;
use super::excluded::Excluded;
use super::lanes::Vector;
use super::leaf::{self, Row, known};
use super::scalar::{LANES, Scalar};
use super::tree::{EMPTY, LEAF, Tree};
use super::worker::{Bits, Job, Worker};
use super::{Algorithm, Spec};

/// Up to this many neighbours are kept in order without a branch.
const FEW: usize = 8;

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
            (Algorithm::One, 2) => Group::<_, _, 2, false>::new(v, self, leaf, worker).search(out),
            (Algorithm::One, 3) => Group::<_, _, 3, false>::new(v, self, leaf, worker).search(out),
            (Algorithm::One, _) => Group::<_, _, 0, false>::new(v, self, leaf, worker).search(out),
            (Algorithm::Two, _) => Group::<_, _, 0, true>::new(v, self, leaf, worker).search(out),
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

/// The queries of one leaf; with `NAMES` the neighbours' samples matter, the lower among equidistant ones.
struct Group<'a, T, V, const D: usize, const NAMES: bool> {
    v: V,
    job: &'a Nearest<'a, T>,
    leaf: usize,
    worker: &'a mut Worker<T>,
    /// A query takes a neighbour at most this far.
    reach: Row<T>,
    /// The largest of them.
    widest: T,
    /// The smallest.
    narrowest: T,
    /// Above the sample of every neighbour that may yet be replaced by an equidistant one.
    highest: u32,
}

impl<'a, T: Scalar, V: Vector<T>, const D: usize, const NAMES: bool> Group<'a, T, V, D, NAMES> {
    #[inline(always)]
    fn new(v: V, job: &'a Nearest<'a, T>, leaf: usize, worker: &'a mut Worker<T>) -> Self {
        let (k, stride) = (job.spec.k, job.tree.stride());
        job.tree.copy_points(leaf, &mut worker.queries);
        worker.nearest.clear();
        worker.nearest.resize(k * stride, T::INFINITY);
        if NAMES {
            worker.samples.clear();
            worker.samples.resize(k * stride, EMPTY);
        }
        let mut reach = [[T::NEVER; LANES]; LEAF / LANES];
        reach.as_flattened_mut()[..job.tree.size(leaf)].fill(T::INFINITY);
        Self { v, job, leaf, worker, reach, widest: T::INFINITY, narrowest: T::INFINITY, highest: EMPTY }
    }

    #[inline(always)]
    fn search(mut self, out: &mut [T]) {
        if NAMES {
            for slot in 0..self.job.tree.size(self.leaf) {
                self.scan(slot, self.leaf);
            }
        } else {
            self.meet();
        }
        self.widen();
        self.descend();
        self.answer(out);
    }

    #[inline(always)]
    fn descend(&mut self) {
        let tree = self.job.tree;
        self.worker.stack.clear();
        self.worker.stack.push((T::ZERO, 1));
        while let Some((gap, node)) = self.worker.stack.pop() {
            let node = node as usize;
            if self.beyond(gap, node) {
            } else if node >= tree.leaves() {
                self.visit(node);
            } else {
                let (left, right) = (self.gap(2 * node), self.gap(2 * node + 1));
                let (near, far) = ((left, 2 * node as u32), (right, 2 * node as u32 + 1));
                let (near, far) = if right < left { (far, near) } else { (near, far) };
                self.worker.stack.push(far);
                self.worker.stack.push(near);
            }
        }
    }

    /// No query of the group can take a point of the node.
    #[inline(always)]
    fn beyond(&self, gap: T, node: usize) -> bool {
        if NAMES && gap == self.widest {
            return self.job.tree.first(node) >= self.highest;
        }
        gap >= self.widest
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
        let tree = self.job.tree;
        let other = node - tree.leaves();
        if other == self.leaf {
            return;
        }
        let touched = self.touched(node);
        for slot in Bits(touched) {
            self.scan(slot, other);
        }
        if touched != 0 {
            self.widen();
        }
    }

    /// A bit for each query whose radius meets the node's box.
    #[inline(always)]
    fn touched(&self, node: usize) -> u64 {
        let tree = self.job.tree;
        let dims = known::<D>(tree.dims());
        let (low, high) = tree.corners(node);
        let (own_low, own_high) = tree.corners(tree.leaves() + self.leaf);
        let mut asked = 0;
        for dim in 0..dims {
            let gap = (low[dim] - own_low[dim]).larger(own_high[dim] - high[dim]);
            asked |= u64::from(gap > self.narrowest) << (dim % 64);
        }
        let (mut found, own) = (0, tree.points(self.leaf));
        for chunk in 0..tree.stride() / LANES {
            let gap = leaf::to_box::<T, V, false>(self.v, &own[chunk * dims..][..dims], low, high, asked);
            found |= u64::from(self.v.within(gap, self.v.load(&self.reach[chunk]))) << (chunk * LANES);
        }
        found
    }

    #[inline(always)]
    fn widen(&mut self) {
        self.widest = leaf::largest(&self.reach);
        self.narrowest = T::INFINITY;
        for reach in &self.reach.as_flattened()[..self.job.tree.size(self.leaf)] {
            self.narrowest = self.narrowest.smaller(*reach);
        }
        if NAMES {
            let k = self.job.spec.k;
            let size = self.job.tree.size(self.leaf);
            let last = self.worker.samples.chunks_exact(k).take(size).map(|names| names[k - 1]);
            self.highest = last.max().unwrap_or(EMPTY);
        }
    }

    /// Ranks, for a chunk of queries at a time, the points of their own leaf.
    #[inline(always)]
    fn meet(&mut self) {
        let (tree, k) = (self.job.tree, self.job.spec.k);
        let dims = known::<D>(tree.dims());
        let (size, names) = (tree.size(self.leaf), tree.order(self.leaf));
        for (chunk, queries) in names[..size].chunks(LANES).enumerate() {
            let own = &tree.points(self.leaf)[chunk * dims..][..dims];
            let (mut first, mut count) = ([0; LANES], [0; LANES]);
            for (l, &query) in queries.iter().enumerate() {
                let excluded = self.job.excluded.of(query as usize);
                (first[l], count[l]) = (excluded.start as u32, excluded.len() as u32);
            }
            self.worker.ranks.clear();
            self.worker.ranks.resize(k, [T::INFINITY; LANES]);
            for slot in 0..size {
                let point = &self.worker.queries[slot * dims..][..dims];
                let mut far = leaf::distances(self.v, own, point);
                if excludes(names[slot], &first, &count) {
                    let mut row = [T::ZERO; LANES];
                    self.v.store(&mut row, far);
                    for l in 0..LANES {
                        row[l] = if names[slot].wrapping_sub(first[l]) < count[l] { T::INFINITY } else { row[l] };
                    }
                    far = self.v.load(&row);
                }
                for rank in &mut self.worker.ranks[..k.min(slot + 1)] {
                    let held = self.v.load(rank);
                    self.v.store(rank, self.v.min(held, far));
                    far = self.v.max(held, far);
                }
            }
            for l in 0..queries.len() {
                let slot = chunk * LANES + l;
                for rank in 0..k {
                    self.worker.nearest[slot * k + rank] = self.worker.ranks[rank][l];
                }
                self.reach[chunk][l] = self.worker.ranks[k - 1][l];
            }
        }
    }

    /// Offers the points of a leaf to a query.
    #[inline(always)]
    fn scan(&mut self, slot: usize, other: usize) {
        let tree = self.job.tree;
        let query = tree.order(self.leaf)[slot] as usize;
        let excluded = self.job.excluded.of(query);
        let names = tree.order(other);
        let mut far = Row::default();
        let reach = self.reach.as_flattened()[slot];
        let dims = known::<D>(tree.dims());
        let point = &self.worker.queries[slot * dims..][..dims];
        let found = leaf::near::<T, V, D>(self.v, tree.points(other), point, reach, &mut far);
        for l in Bits(found) {
            let sample = names[l];
            if !excluded.contains(&(sample as usize)) && sample != EMPTY {
                self.take(slot, far.as_flattened()[l], sample);
            }
        }
    }

    /// Puts a neighbour in its place, if it has one.
    #[inline(always)]
    fn take(&mut self, slot: usize, far: T, sample: u32) {
        let k = self.job.spec.k;
        let nearest = &mut self.worker.nearest[slot * k..][..k];
        let mut place = k - 1;
        if !NAMES && k <= FEW {
            let mut far = far;
            for held in &mut *nearest {
                (*held, far) = (held.smaller(far), held.larger(far));
            }
            self.reach.as_flattened_mut()[slot] = nearest[k - 1];
            return;
        }
        if !NAMES {
            if far >= nearest[place] {
                return;
            }
            while place > 0 && nearest[place - 1] > far {
                nearest[place] = nearest[place - 1];
                place -= 1;
            }
        } else {
            let names = &mut self.worker.samples[slot * k..][..k];
            if (far, sample) >= (nearest[place], names[place]) {
                return;
            }
            while place > 0 && (nearest[place - 1], names[place - 1]) > (far, sample) {
                (nearest[place], names[place]) = (nearest[place - 1], names[place - 1]);
                place -= 1;
            }
            names[place] = sample;
        }
        nearest[place] = far;
        self.reach.as_flattened_mut()[slot] = nearest[k - 1];
    }

    #[inline(always)]
    fn answer(&self, out: &mut [T]) {
        let (k, stride) = (self.job.spec.k, self.job.tree.stride());
        for slot in 0..self.job.tree.size(self.leaf) {
            if !NAMES {
                out[slot] = self.worker.nearest[slot * k + k - 1];
                continue;
            }
            let query = self.job.tree.order(self.leaf)[slot] as usize;
            let names = self.worker.samples[slot * k..][..k].iter().filter(|&&name| name != EMPTY);
            let span = names.fold([T::ZERO; 3], |span, &name| {
                let far = self.job.columns.distances(query, name as usize);
                [span[0].larger(far[0]), span[1].larger(far[1]), span[2].larger(far[2])]
            });
            for (radius, span) in span.into_iter().enumerate() {
                out[radius * stride + slot] = span;
            }
        }
    }
}

/// One of the windows, each `count` samples from `first`, holds the sample.
#[inline(always)]
fn excludes(sample: u32, first: &[u32; LANES], count: &[u32; LANES]) -> bool {
    let mut any = false;
    for l in 0..LANES {
        any |= sample.wrapping_sub(first[l]) < count[l];
    }
    any
}
