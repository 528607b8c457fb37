//! Ranks the points of a leaf as neighbours of each other, a chunk of queries at a time.
//!
//! Each lane is a query and carries its nearest in order, so a point is put in its place for all of them by `k` steps of
//! smaller and larger, without a branch.

use super::excluded::Excluded;
use super::lanes::Vector;
use super::leaf::{self, Lanes, known};
use super::lists::Lists;
use super::scalar::{LANES, Scalar};
use super::tree::Tree;

/// Starts the lists of a leaf's queries, whose coordinates are `queries`, with the points of the leaf; `ranks` is scratch.
#[inline(always)]
pub(super) fn rank<T: Scalar, V: Vector<T>, const D: usize, const NAMES: bool>(
    v: V,
    (tree, leaf): (&Tree<T>, usize),
    queries: &[T],
    excluded: &Excluded,
    ranks: &mut Vec<Lanes<T>>,
    lists: &mut Lists<T, NAMES>,
) {
    let dims = known::<D>(tree.dims());
    let samples = &tree.order(leaf)[..tree.size(leaf)];
    for (chunk, asking) in samples.chunks(LANES).enumerate() {
        let own = &tree.points(leaf)[chunk * dims..][..dims];
        let windows = Windows::new(asking, excluded);
        ranks.clear();
        ranks.resize(lists.k, [T::INFINITY; LANES]);
        for (slot, &sample) in samples.iter().enumerate() {
            let far = leaf::distances(v, own, &queries[slot * dims..][..dims]);
            let far = windows.strike(v, sample, far);
            sink(v, &mut ranks[..lists.k.min(slot + 1)], far);
        }
        for l in 0..asking.len() {
            for rank in 0..lists.k {
                lists.set(chunk * LANES + l, rank, ranks[rank][l]);
            }
        }
    }
}

/// Puts a value of each lane in its place.
#[inline(always)]
fn sink<T: Scalar, V: Vector<T>>(v: V, ranks: &mut [Lanes<T>], mut far: V::Lanes) {
    for rank in ranks {
        let held = v.load(rank);
        v.store(rank, v.min(held, far));
        far = v.max(held, far);
    }
}

/// What is excluded for each query of a chunk: `count` samples from `first`.
struct Windows {
    first: [u32; LANES],
    count: [u32; LANES],
}

impl Windows {
    #[inline(always)]
    fn new(asking: &[u32], excluded: &Excluded) -> Self {
        let (mut first, mut count) = ([0; LANES], [0; LANES]);
        for (l, &query) in asking.iter().enumerate() {
            let window = excluded.of(query as usize);
            (first[l], count[l]) = (window.start as u32, window.len() as u32);
        }
        Self { first, count }
    }

    /// Moves a sample out of reach of the queries it is excluded for.
    #[inline(always)]
    fn strike<T: Scalar, V: Vector<T>>(&self, v: V, sample: u32, far: V::Lanes) -> V::Lanes {
        let (mut any, mut row) = (false, [T::ZERO; LANES]);
        for l in 0..LANES {
            any |= self.holds(l, sample);
        }
        if !any {
            return far;
        }
        v.store(&mut row, far);
        for l in 0..LANES {
            row[l] = if self.holds(l, sample) { T::INFINITY } else { row[l] };
        }
        v.load(&row)
    }

    #[inline(always)]
    fn holds(&self, l: usize, sample: u32) -> bool {
        sample.wrapping_sub(self.first[l]) < self.count[l]
    }
}
