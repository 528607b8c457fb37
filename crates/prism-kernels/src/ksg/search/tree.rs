//! A balanced k-d tree with leaves of at most [`LEAF`] points, stored in chunks of [`LANES`].
//!
//! It is perfect: `2^depth` leaves whose sizes differ by at most one. Nodes are numbered as in a heap, the root 1, the leaves
//! last. Boxes are tight. Slots that a leaf leaves empty hold points at infinity.

use rayon::prelude::*;

use super::columns::Columns;
use super::leaf::Lanes;
use super::scalar::{LANES, Scalar};
use super::split::{Key, Splitter, start};

/// Points a leaf holds at most.
pub(super) const LEAF: usize = 64;
/// Marks an empty slot.
pub(super) const EMPTY: u32 = u32::MAX;

/// The tree over the samples of one space.
#[derive(Default)]
pub(super) struct Tree<T> {
    dims: usize,
    n: usize,
    depth: u32,
    /// Slots of a leaf.
    stride: usize,
    /// The sample in each slot.
    order: Vec<u32>,
    /// The slot of each sample.
    slots: Vec<u32>,
    /// `[leaf][chunk][dim][lane]`.
    points: Vec<Lanes<T>>,
    /// `[node][low, high][dim]`.
    boxes: Vec<T>,
    /// The lowest sample of each node.
    first: Vec<u32>,
    samples: Vec<u32>,
    keys: Vec<Key<T>>,
}

impl<T: Scalar> Tree<T> {
    /// Builds the tree anew, in the memory of the one before.
    pub(super) fn build(&mut self, columns: Columns<T>, parallel: bool) {
        self.shape(columns.points(), columns.dims());
        let splitter = Splitter { columns, depth: self.depth, parallel };
        splitter.split(&mut self.samples, &mut self.keys);
        self.place();
        self.fill(columns, parallel);
        self.bound();
    }

    fn shape(&mut self, n: usize, dims: usize) {
        (self.n, self.dims) = (n, dims);
        self.depth = n.div_ceil(LEAF).next_power_of_two().trailing_zeros();
        self.stride = n.div_ceil(self.leaves()).next_multiple_of(LANES).max(LANES);
        let (leaves, slots) = (self.leaves(), self.leaves() * self.stride);
        self.samples.clear();
        self.samples.extend(0..n as u32);
        self.keys.resize(n, (T::ZERO, 0));
        self.slots.resize(n, 0);
        self.order.clear();
        self.order.resize(slots, EMPTY);
        self.points.resize(slots / LANES * dims, [T::ZERO; LANES]);
        self.boxes.resize(2 * leaves * 2 * dims, T::ZERO);
        self.first.resize(2 * leaves, EMPTY);
    }

    fn place(&mut self) {
        for leaf in 0..self.leaves() {
            let samples = &self.samples[start(self.n, self.depth, leaf)..start(self.n, self.depth, leaf + 1)];
            self.order[leaf * self.stride..][..samples.len()].copy_from_slice(samples);
            for (slot, &i) in samples.iter().enumerate() {
                self.slots[i as usize] = (leaf * self.stride + slot) as u32;
            }
        }
    }

    fn fill(&mut self, columns: Columns<T>, parallel: bool) {
        let (stride, block) = (self.stride, self.stride / LANES * self.dims);
        let dims = self.dims;
        let fill = |(points, order): (&mut [Lanes<T>], &[u32])| {
            for (dim, column) in columns.iter().enumerate() {
                for (chunk, order) in points.chunks_exact_mut(dims).zip(order.as_chunks::<LANES>().0) {
                    chunk[dim] = order.map(|i| column.get(i as usize).copied().unwrap_or(T::INFINITY));
                }
            }
        };
        if parallel {
            let leaves = self.points.par_chunks_exact_mut(block).zip(self.order.par_chunks_exact(stride));
            leaves.with_min_len(64).for_each(fill);
        } else {
            self.points.chunks_exact_mut(block).zip(self.order.chunks_exact(stride)).for_each(fill);
        }
    }

    fn bound(&mut self) {
        let leaves = self.leaves();
        for leaf in 0..leaves {
            self.bound_leaf(leaf);
        }
        for node in (1..leaves).rev() {
            self.bound_node(node);
        }
    }

    fn bound_leaf(&mut self, leaf: usize) {
        let size = self.size(leaf);
        let node = self.leaves() + leaf;
        for dim in 0..self.dims {
            let (mut low, mut high) = (T::INFINITY, T::NEVER);
            for slot in 0..size {
                let value = self.points(leaf)[slot / LANES * self.dims + dim][slot % LANES];
                (low, high) = (low.smaller(value), high.larger(value));
            }
            self.boxes[node * 2 * self.dims + dim] = low;
            self.boxes[(node * 2 + 1) * self.dims + dim] = high;
        }
        self.first[node] = self.order(leaf).iter().copied().min().unwrap_or(EMPTY);
    }

    fn bound_node(&mut self, node: usize) {
        let width = 2 * self.dims;
        let (above, below) = self.boxes.split_at_mut(2 * node * width);
        let (left, right) = below[..2 * width].split_at(width);
        let own = &mut above[node * width..][..width];
        for dim in 0..self.dims {
            own[dim] = left[dim].smaller(right[dim]);
            own[self.dims + dim] = left[self.dims + dim].larger(right[self.dims + dim]);
        }
        self.first[node] = self.first[2 * node].min(self.first[2 * node + 1]);
    }

    pub(super) fn dims(&self) -> usize {
        self.dims
    }

    pub(super) fn leaves(&self) -> usize {
        1 << self.depth
    }

    /// Slots of a leaf, a multiple of [`LANES`], at most [`LEAF`].
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// Points of a leaf; they are in its first slots.
    #[inline(always)]
    pub(super) fn size(&self, leaf: usize) -> usize {
        start(self.n, self.depth, leaf + 1) - start(self.n, self.depth, leaf)
    }

    /// Points below a node.
    #[inline(always)]
    pub(super) fn weight(&self, node: usize) -> usize {
        let level = node.ilog2();
        let index = node - (1 << level);
        start(self.n, level, index + 1) - start(self.n, level, index)
    }

    /// The samples in the slots of a leaf.
    #[inline(always)]
    pub(super) fn order(&self, leaf: usize) -> &[u32] {
        &self.order[leaf * self.stride..][..self.stride]
    }

    /// The slot of each sample.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// The coordinates of a leaf, `[chunk][dim][lane]`.
    #[inline(always)]
    pub(super) fn points(&self, leaf: usize) -> &[Lanes<T>] {
        let block = self.stride / LANES * self.dims;
        &self.points[leaf * block..][..block]
    }

    /// Copies the coordinates of a leaf's points, a point after another.
    #[inline(always)]
    pub(super) fn copy_points(&self, leaf: usize, out: &mut Vec<T>) {
        let points = self.points(leaf);
        out.clear();
        for slot in 0..self.size(leaf) {
            for dim in 0..self.dims {
                out.push(points[slot / LANES * self.dims + dim][slot % LANES]);
            }
        }
    }

    /// The corners of a node's box.
    #[inline(always)]
    pub(super) fn corners(&self, node: usize) -> (&[T], &[T]) {
        self.boxes[node * 2 * self.dims..][..2 * self.dims].split_at(self.dims)
    }

    /// The lowest sample of a node.
    #[inline(always)]
    pub(super) fn first(&self, node: usize) -> u32 {
        self.first[node]
    }
}
