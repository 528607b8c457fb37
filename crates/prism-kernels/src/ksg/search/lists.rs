//! The neighbours that the queries of a leaf have found so far.

use super::leaf::Row;
use super::scalar::{LANES, Scalar};
use super::tree::{EMPTY, LEAF};

/// Up to this many neighbours are kept in order without a branch.
const FEW: usize = 8;

/// For each query its `k` nearest, nearest first; with `NAMES` their samples too, the lower among equidistant ones.
pub(super) struct Lists<'a, T, const NAMES: bool> {
    pub(super) k: usize,
    size: usize,
    /// Distances, `[slot][k]`.
    far: &'a mut Vec<T>,
    /// Samples, `[slot][k]`.
    names: &'a mut Vec<u32>,
    /// A query takes a neighbour at most this far.
    reach: Row<T>,
}

impl<'a, T: Scalar, const NAMES: bool> Lists<'a, T, NAMES> {
    /// Empty lists for the first `size` slots of a leaf, in the memory of others.
    #[inline(always)]
    pub(super) fn new(k: usize, size: usize, far: &'a mut Vec<T>, names: &'a mut Vec<u32>) -> Self {
        far.clear();
        far.resize(k * size, T::INFINITY);
        if NAMES {
            names.clear();
            names.resize(k * size, EMPTY);
        }
        let mut reach = [[T::NEVER; LANES]; LEAF / LANES];
        reach.as_flattened_mut()[..size].fill(T::INFINITY);
        Self { k, size, far, names, reach }
    }

    /// How far each query takes neighbours.
    #[inline(always)]
    pub(super) fn reach(&self) -> &Row<T> {
        &self.reach
    }

    /// The largest and the smallest reach.
    #[inline(always)]
    pub(super) fn extremes(&self) -> (T, T) {
        let (mut most, mut least) = (self.reach[0][0], self.reach[0][0]);
        for &reach in &self.reach.as_flattened()[..self.size] {
            (most, least) = (most.larger(reach), least.smaller(reach));
        }
        (most, least)
    }

    /// Above the sample of every neighbour that an equidistant one may yet replace.
    #[inline(always)]
    pub(super) fn highest(&self) -> u32 {
        self.names.chunks_exact(self.k).map(|names| names[self.k - 1]).max().unwrap_or(EMPTY)
    }

    /// The samples found by a query.
    #[inline(always)]
    pub(super) fn names(&self, slot: usize) -> &[u32] {
        &self.names[slot * self.k..][..self.k]
    }

    /// Sets the neighbour of a rank, in ascending order of ranks.
    #[inline(always)]
    pub(super) fn set(&mut self, slot: usize, rank: usize, far: T) {
        self.far[slot * self.k + rank] = far;
        self.reach.as_flattened_mut()[slot] = far;
    }

    /// Puts a neighbour in its place, if it has one.
    #[inline(always)]
    pub(super) fn take(&mut self, slot: usize, far: T, sample: u32) {
        if NAMES {
            self.insert_named(slot, far, sample);
        } else if self.k <= FEW {
            self.sink(slot, far);
        } else {
            self.insert(slot, far);
        }
        self.reach.as_flattened_mut()[slot] = self.far[slot * self.k + self.k - 1];
    }

    #[inline(always)]
    fn sink(&mut self, slot: usize, mut far: T) {
        for held in &mut self.far[slot * self.k..][..self.k] {
            (*held, far) = (held.smaller(far), held.larger(far));
        }
    }

    #[inline(always)]
    fn insert(&mut self, slot: usize, far: T) {
        let list = &mut self.far[slot * self.k..][..self.k];
        let place = list.partition_point(|&held| held <= far);
        if place < list.len() {
            list.copy_within(place..list.len() - 1, place + 1);
            list[place] = far;
        }
    }

    #[inline(always)]
    fn insert_named(&mut self, slot: usize, far: T, sample: u32) {
        let (from, to) = (slot * self.k, slot * self.k + self.k);
        let (list, names) = (&mut self.far[from..to], &mut self.names[from..to]);
        let mut place = list.len();
        while place > 0 && (list[place - 1], names[place - 1]) > (far, sample) {
            place -= 1;
        }
        if place < list.len() {
            list.copy_within(place..to - from - 1, place + 1);
            names.copy_within(place..to - from - 1, place + 1);
            (list[place], names[place]) = (far, sample);
        }
    }
}
