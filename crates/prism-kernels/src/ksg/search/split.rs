//! Orders samples so that every node of a balanced k-d tree is a run of them.

use std::cmp::Ordering;

use super::columns::Columns;
use super::scalar::Scalar;

/// Samples looked at to choose the dimension a node is cut in.
const PROBES: usize = 64;
/// Nodes at least this large are cut by two threads.
const FORK: usize = 1 << 14;

/// A coordinate and its sample.
pub(super) type Key<T> = (T, u32);

/// Where leaf `leaf` of `2^depth` begins among `n` samples.
#[inline(always)]
pub(super) fn start(n: usize, depth: u32, leaf: usize) -> usize {
    ((n as u64 * leaf as u64) >> depth) as usize
}

/// Cuts samples in halves, `depth` times.
#[derive(Clone, Copy)]
pub(super) struct Splitter<'a, T> {
    pub(super) columns: Columns<'a, T>,
    pub(super) depth: u32,
    pub(super) parallel: bool,
}

impl<T: Scalar> Splitter<'_, T> {
    /// Reorders `samples`; `keys` is scratch of the same length.
    pub(super) fn split(self, samples: &mut [u32], keys: &mut [Key<T>]) {
        self.node(samples, keys, 0, 0);
    }

    fn node(self, samples: &mut [u32], keys: &mut [Key<T>], level: u32, index: usize) {
        if level == self.depth {
            return;
        }
        let n = self.columns.points();
        let middle = start(n, level + 1, 2 * index + 1) - start(n, level, index);
        halve(self.columns.get(self.widest(samples)), samples, keys, middle);
        let ((left, right), (left_keys, right_keys)) = (samples.split_at_mut(middle), keys.split_at_mut(middle));
        let mut go_left = || self.node(left, left_keys, level + 1, 2 * index);
        let mut go_right = || self.node(right, right_keys, level + 1, 2 * index + 1);
        if self.parallel && middle >= FORK {
            rayon::join(go_left, go_right);
        } else {
            go_left();
            go_right();
        }
    }

    /// The dimension in which a few of the samples spread the most.
    fn widest(&self, samples: &[u32]) -> usize {
        let step = samples.len().div_ceil(PROBES);
        let mut best = (T::NEVER, 0);
        for (dim, column) in self.columns.iter().enumerate() {
            let (low, high) = samples.iter().step_by(step).fold((T::INFINITY, T::NEVER), |(low, high), &i| {
                let value = column[i as usize];
                (low.smaller(value), high.larger(value))
            });
            if high - low > best.0 {
                best = (high - low, dim);
            }
        }
        best.1
    }
}

fn halve<T: Scalar>(column: &[T], samples: &mut [u32], keys: &mut [Key<T>], middle: usize) {
    for (key, &i) in keys.iter_mut().zip(&*samples) {
        *key = (column[i as usize], i);
    }
    keys.select_nth_unstable_by(middle, |a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    for (i, key) in samples.iter_mut().zip(keys) {
        *i = key.1;
    }
}
