//! Counts in a space of one dimension: a sorted column and two binary searches a point.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::scalar::Scalar;

/// Points a task takes.
const GRAIN: usize = 1024;
/// Columns at least this long are sorted by several threads.
const FORK: usize = 1 << 15;
/// Extent of a window assumed before the first is known.
const FIRST_GUESS: usize = 64;

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
        if parallel && column.len() >= FORK {
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
            let mut guess = [FIRST_GUESS; 2];
            for (slot, out) in (task * GRAIN..).zip(out) {
                *out = self.within(slot, reach[self.keys[slot].1 as usize], &mut guess);
            }
        };
        if parallel {
            out.par_chunks_mut(GRAIN).enumerate().for_each(count);
        } else {
            out.chunks_mut(GRAIN).enumerate().for_each(count);
        }
    }

    /// The window of a point, sought near it first: `guess` holds the extents that the last window had on either side.
    fn within(&self, slot: usize, reach: T, guess: &mut [usize; 2]) -> u32 {
        let (at, (below, above)) = (self.values[slot], self.values.split_at(slot));
        let low = bracket(below.len(), guess[0], |extent| at - below[below.len() - extent] <= reach);
        let high = bracket(above.len(), guess[1], |extent| above[extent - 1] - at <= reach);
        guess[0] = low - below[below.len() - low..].partition_point(|&value| at - value > reach);
        guess[1] = above[..high].partition_point(|&value| value - at <= reach);
        (guess[0] + guess[1]) as u32
    }
}

/// An extent, `n` or a power of two, that a window does not exceed; `reaches(e)` says whether the window has extent `e` or more.
fn bracket(n: usize, guess: usize, reaches: impl Fn(usize) -> bool) -> usize {
    // From query to query the same power of two, so that the search within has the same number of steps.
    let mut extent = (guess + guess / 2 + 1).next_power_of_two();
    while extent < n && reaches(extent) {
        extent *= 2;
    }
    extent.min(n)
}
