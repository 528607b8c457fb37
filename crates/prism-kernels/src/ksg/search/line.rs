//! Counts in a space of one dimension: a sorted column and two binary searches a point.

use rayon::prelude::*;

use super::scalar::Scalar;

/// Points a task takes.
const GRAIN: usize = 1024;

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
        if parallel {
            self.keys.par_sort_unstable_by(|a, b| a.0.order(&b.0));
        } else {
            self.keys.sort_unstable_by(|a, b| a.0.order(&b.0));
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
        let count = |(keys, out): (&[(T, u32)], &mut [u32])| {
            for (key, out) in keys.iter().zip(out) {
                *out = self.within(key.0, reach[key.1 as usize]);
            }
        };
        if parallel {
            self.keys.par_chunks(GRAIN).zip(out.par_chunks_mut(GRAIN)).for_each(count);
        } else {
            count((&self.keys, out));
        }
    }

    fn within(&self, at: T, reach: T) -> u32 {
        let first = self.values.partition_point(|&value| at - value > reach);
        let end = self.values.partition_point(|&value| value - at <= reach);
        end.saturating_sub(first) as u32
    }
}
