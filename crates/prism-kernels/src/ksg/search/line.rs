//! Counts in a space of one dimension: a sorted column, and a binary search to either side of a point.

use std::cmp::Ordering;
use std::hint::select_unpredictable;

use rayon::prelude::*;

use super::scalar::Scalar;

/// Points a task takes.
const GRAIN: usize = 1024;
/// Columns at least this long are sorted by several threads.
const FORK: usize = 1 << 15;
/// Points whose windows are sought together.
const TOGETHER: usize = 16;
/// What the first windows are taken to stay below.
const FIRST_TOP: usize = 64;

/// The samples of a column in ascending order.
#[derive(Default)]
pub(super) struct Line<T> {
    keys: Vec<(T, u32)>,
    values: Vec<T>,
    slots: Vec<u32>,
}

impl<T: Scalar> Line<T> {
    /// Sorts anew, in the memory of the line before.
    pub(super) fn build(&mut self, column: &[T], parallel: bool) {
        self.keys.clear();
        self.keys.extend(column.iter().copied().zip(0..));
        let ascending = |a: &(T, u32), b: &(T, u32)| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal);
        if parallel && column.len() >= FORK && rayon::current_num_threads() > 1 {
            self.keys.par_sort_unstable_by(ascending);
        } else {
            self.keys.sort_unstable_by(ascending);
        }
        self.values.clear();
        self.values.extend(self.keys.iter().map(|key| key.0));
        self.slots.resize(column.len(), 0);
        for (slot, key) in self.keys.iter().enumerate() {
            self.slots[key.1 as usize] = slot as u32;
        }
    }

    /// The slot of each sample.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// Counts, for each slot, the points at most `reach` away; radii are in sample order.
    pub(super) fn count(&self, reach: &[T], out: &mut [u32], parallel: bool) {
        let count = |(task, out): (usize, &mut [u32])| {
            let mut tops = [FIRST_TOP; 2];
            for (some, out) in out.chunks_mut(TOGETHER).enumerate() {
                self.count_some(task * GRAIN + some * TOGETHER, reach, &mut tops, out);
            }
        };
        if parallel {
            out.par_chunks_mut(GRAIN).enumerate().for_each(count);
        } else {
            out.chunks_mut(GRAIN).enumerate().for_each(count);
        }
    }

    /// Counts for the slots from `first`; `tops` holds the powers of two that the last windows stayed below.
    #[inline]
    fn count_some(&self, first: usize, reach: &[T], tops: &mut [usize; 2], out: &mut [u32]) {
        let mut asked = [T::ZERO; TOGETHER];
        for (asked, key) in asked.iter_mut().zip(&self.keys[first..first + out.len()]) {
            *asked = reach[key.1 as usize];
        }
        let asked = &asked[..out.len()];
        let below = self.extents::<false>(first, asked, &mut tops[0]);
        let above = self.extents::<true>(first, asked, &mut tops[1]);
        for (l, out) in out.iter_mut().enumerate() {
            *out = below[l] as u32 + above[l] as u32 + u32::from(T::ZERO <= asked[l]);
        }
    }

    /// How many slots the windows of some neighbouring points extend to one side: binary searches in step, so that one
    /// waits for memory while the others go on.
    #[inline]
    fn extents<const ABOVE: bool>(&self, first: usize, reach: &[T], top: &mut usize) -> [usize; TOGETHER] {
        let (values, last) = (&self.values[..], self.values.len() - 1);
        let reaches = |l: usize, extent: usize| {
            let other = if ABOVE { first + l + extent } else { (first + l).wrapping_sub(extent) };
            (other <= last) & ((values[other.min(last)] - values[first + l]).abs() <= reach[l])
        };
        while (0..reach.len()).any(|l| reaches(l, *top)) {
            *top *= 2;
        }
        let mut extents = [0; TOGETHER];
        let mut step = *top / 2;
        while step > 0 {
            for l in 0..reach.len() {
                extents[l] = select_unpredictable(reaches(l, extents[l] + step), extents[l] + step, extents[l]);
            }
            step /= 2;
        }
        let widest = extents.into_iter().max().unwrap_or(0);
        *top = (widest + 1).next_power_of_two();
        extents
    }
}
