//! Loops over the points of a leaf, each a few vector instructions.
//!
//! A leaf is a list of chunks, a chunk a row of [`LANES`] coordinates for each dimension. `D` is the number of dimensions
//! where it is known to the compiler, else 0.

use super::lanes::Vector;
use super::scalar::{LANES, Scalar};
use super::tree::LEAF;

/// One coordinate, distance or radius of each point of a chunk.
pub(super) type Lanes<T> = [T; LANES];

/// One value for each slot of a leaf.
pub(super) type Row<T> = [Lanes<T>; LEAF / LANES];

/// `D`, or `dims` where `D` is 0.
#[inline(always)]
pub(super) fn known<const D: usize>(dims: usize) -> usize {
    if D == 0 { dims } else { D }
}

/// The distances of a chunk's points to a query.
#[inline(always)]
pub(super) fn distances<T: Scalar, V: Vector<T>>(v: V, chunk: &[Lanes<T>], query: &[T]) -> V::Lanes {
    let mut far = v.splat(T::ZERO);
    for (row, &query) in chunk.iter().zip(query) {
        far = v.max(far, v.distance(v.load(row), v.splat(query)));
    }
    far
}

/// The distances of a leaf's points to a query, and a bit for each that is at most `reach`.
#[inline(always)]
pub(super) fn near<T: Scalar, V: Vector<T>, const D: usize>(
    v: V,
    leaf: &[Lanes<T>],
    query: &[T],
    reach: T,
    out: &mut Row<T>,
) -> u64 {
    let (dims, reach) = (known::<D>(query.len()), v.splat(reach));
    let (mut found, mut rest) = (0, leaf);
    for (place, out) in out.iter_mut().enumerate() {
        if rest.len() < dims {
            break;
        }
        let (chunk, others) = rest.split_at(dims);
        let far = distances(v, chunk, &query[..dims]);
        found |= u64::from(v.within(far, reach)) << (place * LANES);
        v.store(out, far);
        rest = others;
    }
    found
}

/// How many of a leaf's points lie within `reach[0]` of a query in the first `cut` dimensions and `reach[1]` in the others.
#[inline(always)]
pub(super) fn count<T: Scalar, V: Vector<T>, const D: usize>(
    v: V,
    leaf: &[Lanes<T>],
    query: &[T],
    cut: usize,
    reach: [T; 2],
) -> u32 {
    let dims = known::<D>(query.len());
    let (query, other) = query[..dims].split_at(cut);
    let reach = reach.map(|reach| v.splat(reach));
    let (mut total, mut rest) = (0, leaf);
    while rest.len() >= dims {
        let (chunk, others) = rest.split_at(dims);
        let mut found = v.within(distances(v, &chunk[..cut], query), reach[0]);
        if cut < dims {
            found &= v.within(distances(v, &chunk[cut..], other), reach[1]);
        }
        total += found.count_ones();
        rest = others;
    }
    total
}

/// The distance of each point of a chunk to a box, or `ACROSS` it to its farthest corner; only in the dimensions `asked`
/// (bit `dim % 64`).
#[inline(always)]
pub(super) fn to_box<T: Scalar, V: Vector<T>, const ACROSS: bool>(
    v: V,
    chunk: &[Lanes<T>],
    low: &[T],
    high: &[T],
    asked: u64,
) -> V::Lanes {
    let mut far = v.splat(T::ZERO);
    for (dim, row) in chunk.iter().enumerate() {
        if asked >> (dim % 64) & 1 == 1 {
            let (low, high) = if ACROSS { (high[dim], low[dim]) } else { (low[dim], high[dim]) };
            let row = v.load(row);
            far = v.max(far, v.max(v.sub(v.splat(low), row), v.sub(row, v.splat(high))));
        }
    }
    far
}
