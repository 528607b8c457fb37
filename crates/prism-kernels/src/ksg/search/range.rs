//! How many points lie within each point's radii, a leaf of queries at a time.
//!
//! The queries descend together. A node beyond the largest radius of the group is left out, one inside the smallest is
//! counted whole for all; the leaves in between are judged query by query, by their boxes first.

use super::leaf;
use super::scalar::{LANES, Scalar};
use super::tree::{EMPTY, LEAF, Tree};
use super::worker::{Job, Row, Worker, each_bit};

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
    fn leaf(&self, leaf: usize, worker: &mut Worker<T>, out: &mut [u32]) {
        Group::new(self, leaf).count(&mut worker.stack, out);
    }
}

/// The queries of one leaf.
struct Group<'a, T> {
    job: &'a Within<'a, T>,
    leaf: usize,
    /// Radii of each query.
    reach: [Row<T>; 2],
    /// The largest and the smallest of each.
    most: [T; 2],
    least: [T; 2],
}

impl<'a, T: Scalar> Group<'a, T> {
    #[inline(always)]
    fn new(job: &'a Within<'a, T>, leaf: usize) -> Self {
        let mut reach = [[[T::NEVER; LANES]; LEAF / LANES]; 2];
        let (mut most, mut least) = ([T::NEVER; 2], [T::INFINITY; 2]);
        for block in 0..2 {
            let row = reach[block].as_flattened_mut();
            for (slot, &sample) in job.tree.order(leaf).iter().enumerate() {
                if sample != EMPTY {
                    row[slot] = job.reach[block][sample as usize];
                    most[block] = most[block].larger(row[slot]);
                    least[block] = least[block].smaller(row[slot]);
                }
            }
        }
        Self { job, leaf, reach, most, least }
    }

    #[inline(always)]
    fn count(&self, stack: &mut Vec<(T, u32)>, out: &mut [u32]) {
        let tree = self.job.tree;
        let mut whole = 0;
        out.fill(0);
        stack.clear();
        stack.push((T::ZERO, 1));
        while let Some((_, node)) = stack.pop() {
            match self.judge(node as usize) {
                Verdict::Out => {}
                Verdict::In => whole += tree.weight(node as usize) as u32,
                Verdict::Between if (node as usize) < tree.leaves() => {
                    stack.push((T::ZERO, 2 * node + 1));
                    stack.push((T::ZERO, 2 * node));
                }
                Verdict::Between => self.visit(node as usize, out),
            }
        }
        out.iter_mut().for_each(|count| *count += whole);
    }

    #[inline(always)]
    fn judge(&self, node: usize) -> Verdict {
        let (low, high) = self.job.tree.corners(node);
        let (own_low, own_high) = self.job.tree.corners(self.job.tree.leaves() + self.leaf);
        let mut inside = true;
        for dim in 0..low.len() {
            let block = usize::from(dim >= self.job.cut);
            if (low[dim] - own_high[dim]).larger(own_low[dim] - high[dim]) > self.most[block] {
                return Verdict::Out;
            }
            inside &= (high[dim] - own_low[dim]).larger(own_high[dim] - low[dim]) <= self.least[block];
        }
        if inside { Verdict::In } else { Verdict::Between }
    }

    #[inline(always)]
    fn visit(&self, node: usize, out: &mut [u32]) {
        let (tree, cut) = (self.job.tree, self.job.cut);
        let other = node - tree.leaves();
        let (stride, own) = (tree.stride(), tree.points(self.leaf));
        let touched = self.boxes(node, leaf::to_box);
        let inside = touched & self.boxes(node, leaf::across_box);
        let size = tree.size(other) as u32;
        each_bit(inside, |slot| out[slot] += size);
        each_bit(touched & !inside, |slot| {
            let reach = self.reach.map(|row| row.as_flattened()[slot]);
            out[slot] += leaf::count(tree.points(other), own, slot, stride, cut, reach);
        });
    }

    /// A bit for each query whose distance to the node's box, near or far, is within its radii.
    #[inline(always)]
    fn boxes(&self, node: usize, distance: impl Fn(&[T], usize, &[T], &[T], &mut [[T; LANES]])) -> u32 {
        let (tree, cut) = (self.job.tree, self.job.cut);
        let (stride, own) = (tree.stride(), tree.points(self.leaf));
        let (low, high) = tree.corners(node);
        let chunks = stride / LANES;
        let mut far = Row::default();
        distance(&own[..cut * stride], stride, &low[..cut], &high[..cut], &mut far[..chunks]);
        let a = leaf::within(&far[..chunks], &self.reach[0][..chunks]);
        if cut == tree.dims() {
            return a;
        }
        distance(&own[cut * stride..], stride, &low[cut..], &high[cut..], &mut far[..chunks]);
        a & leaf::within(&far[..chunks], &self.reach[1][..chunks])
    }
}

/// Where a node lies, seen by all queries of a group.
enum Verdict {
    Out,
    In,
    Between,
}
