//! How many points lie within each point's radii, a leaf of queries at a time.
//!
//! The queries descend together. A node beyond the largest radius of the group is left out, one inside the smallest is
//! counted whole for all; the leaves in between are judged query by query, by their boxes first.

use super::lanes::Vector;
use super::leaf::{self, Row, known};
use super::scalar::{LANES, Scalar};
use super::tree::{EMPTY, LEAF, Tree};
use super::worker::{Bits, Job, Worker};

/// Counts, for each slot, points at most `reach[0]` away in the first `cut` dimensions and `reach[1]` in the others.
///
/// The query itself and what a Theiler window excludes are counted too.
pub(super) struct Within<'a, T> {
    pub(super) tree: &'a Tree<T>,
    pub(super) cut: usize,
    /// Radii in sample order.
    pub(super) reach: [&'a [T]; 2],
}

impl<T: Scalar> Job<T> for Within<'_, T> {
    type Out = u32;

    fn width(&self) -> usize {
        self.tree.stride()
    }

    #[inline(always)]
    fn leaf<V: Vector<T>>(&self, v: V, leaf: usize, worker: &mut Worker<T>, out: &mut [u32]) {
        self.tree.copy_points(leaf, &mut worker.queries);
        let group = Group::new(v, self, leaf, &worker.queries);
        let stack = &mut worker.stack;
        match (self.tree.dims(), self.cut == self.tree.dims()) {
            (2, true) => group.count::<2, true>(stack, out),
            (3, true) => group.count::<3, true>(stack, out),
            (_, true) => group.count::<0, true>(stack, out),
            (_, false) => group.count::<0, false>(stack, out),
        }
    }
}

/// The queries of one leaf.
struct Group<'a, T, V> {
    v: V,
    job: &'a Within<'a, T>,
    leaf: usize,
    /// Their coordinates, a point after another.
    queries: &'a [T],
    /// Radii of each query.
    reach: [Row<T>; 2],
    /// The largest and the smallest of each.
    most: [T; 2],
    least: [T; 2],
}

/// Where a node lies, seen by all queries of a group.
enum Verdict {
    Out,
    In,
    /// The dimensions that may keep it out of a query's reach, and whether it may lie inside one.
    Between(u64, bool),
}

impl<'a, T: Scalar, V: Vector<T>> Group<'a, T, V> {
    #[inline(always)]
    fn new(v: V, job: &'a Within<'a, T>, leaf: usize, queries: &'a [T]) -> Self {
        let mut reach = [[[T::NEVER; LANES]; LEAF / LANES]; 2];
        let (mut most, mut least) = ([T::NEVER; 2], [T::INFINITY; 2]);
        for block in 0..2 {
            let row = reach[block].as_flattened_mut();
            for (slot, &sample) in job.tree.order(leaf).iter().enumerate() {
                // A radius below zero reaches nothing: it must not keep the group from counting whole nodes.
                if sample != EMPTY && job.reach[block][sample as usize] >= T::ZERO {
                    row[slot] = job.reach[block][sample as usize];
                    most[block] = most[block].larger(row[slot]);
                    least[block] = least[block].smaller(row[slot]);
                }
            }
        }
        Self { v, job, leaf, queries, reach, most, least }
    }

    #[inline(always)]
    fn count<const D: usize, const ONE: bool>(&self, stack: &mut Vec<(T, u32)>, out: &mut [u32]) {
        let tree = self.job.tree;
        let mut whole = 0;
        out.fill(0);
        stack.clear();
        stack.push((T::ZERO, 1));
        while let Some((_, node)) = stack.pop() {
            match self.judge::<D, ONE>(node as usize) {
                Verdict::Out => {}
                Verdict::In => whole += tree.weight(node as usize) as u32,
                Verdict::Between(..) if (node as usize) < tree.leaves() => {
                    stack.push((T::ZERO, 2 * node + 1));
                    stack.push((T::ZERO, 2 * node));
                }
                Verdict::Between(asked, inside) => self.visit::<D, ONE>(node as usize, asked, inside, out),
            }
        }
        for (count, reach) in out.iter_mut().zip(self.reach[0].as_flattened()) {
            *count += if *reach >= T::ZERO { whole } else { 0 };
        }
    }

    /// The first dimension of the second radius: with `ONE` radius there is none.
    #[inline(always)]
    fn cut<const D: usize, const ONE: bool>(&self) -> usize {
        if ONE { known::<D>(self.job.tree.dims()) } else { self.job.cut }
    }

    #[inline(always)]
    fn judge<const D: usize, const ONE: bool>(&self, node: usize) -> Verdict {
        let (low, high) = self.job.tree.corners(node);
        let (own_low, own_high) = self.job.tree.corners(self.job.tree.leaves() + self.leaf);
        let (mut inside, mut some_inside, mut asked) = (true, true, 0);
        for dim in 0..known::<D>(low.len()) {
            let block = usize::from(!ONE && dim >= self.job.cut);
            let (most, least) = (self.most[block], self.least[block]);
            let ahead = (low[dim] - own_high[dim], low[dim] - own_low[dim]);
            let behind = (own_low[dim] - high[dim], own_high[dim] - high[dim]);
            if ahead.0.larger(behind.0) > most {
                return Verdict::Out;
            }
            asked |= u64::from(ahead.1.larger(behind.1) > least) << (dim % 64);
            inside &= (high[dim] - own_low[dim]).larger(own_high[dim] - low[dim]) <= least;
            // A query inside the box reaches its farthest corner only with half its width.
            some_inside &= high[dim] - low[dim] - most <= most;
        }
        if inside { Verdict::In } else { Verdict::Between(asked, some_inside) }
    }

    #[inline(always)]
    fn visit<const D: usize, const ONE: bool>(&self, node: usize, asked: u64, some_inside: bool, out: &mut [u32]) {
        let (tree, dims) = (self.job.tree, known::<D>(self.job.tree.dims()));
        let other = node - tree.leaves();
        let touched = self.boxes::<D, ONE, false>(node, asked);
        let inside = if some_inside { touched & self.boxes::<D, ONE, true>(node, u64::MAX) } else { 0 };
        let size = tree.size(other) as u32;
        for slot in Bits(inside) {
            out[slot] += size;
        }
        for slot in Bits(touched & !inside) {
            let reach = [self.reach[0].as_flattened()[slot], self.reach[1].as_flattened()[slot]];
            let query = &self.queries[slot * dims..][..dims];
            out[slot] += leaf::count::<T, V, D>(self.v, tree.points(other), query, self.cut::<D, ONE>(), reach);
        }
    }

    /// A bit for each query whose distance to the node's box, or `ACROSS` it, is within its radii.
    #[inline(always)]
    fn boxes<const D: usize, const ONE: bool, const ACROSS: bool>(&self, node: usize, asked: u64) -> u64 {
        let (tree, cut) = (self.job.tree, self.cut::<D, ONE>());
        let dims = known::<D>(tree.dims());
        let (low, high) = tree.corners(node);
        let (mut found, own) = (0, tree.points(self.leaf));
        for chunk in 0..tree.stride() / LANES {
            let rows = &own[chunk * dims..][..dims];
            let a = leaf::to_box::<T, V, ACROSS>(self.v, &rows[..cut], &low[..cut], &high[..cut], asked);
            let mut bits = self.v.within(a, self.v.load(&self.reach[0][chunk]));
            if cut < dims {
                let b = leaf::to_box::<T, V, ACROSS>(
                    self.v,
                    &rows[cut..],
                    &low[cut..],
                    &high[cut..],
                    asked.rotate_right(cut as u32),
                );
                bits &= self.v.within(b, self.v.load(&self.reach[1][chunk]));
            }
            found |= u64::from(bits) << (chunk * LANES);
        }
        found
    }
}
