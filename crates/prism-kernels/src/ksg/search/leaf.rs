//! Loops over the points of a leaf, written so that the compiler turns each into a few vector instructions.
//!
//! A leaf is a list of chunks, a chunk a row of [`LANES`] coordinates for each dimension. `D` is the number of dimensions
//! where it is known to the compiler, else 0. Everything is inlined into the caller's instruction set: see [`super::worker`].

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

/// A bit for each lane whose value is at most its limit.
#[inline(always)]
pub(super) fn within<T: Scalar>(values: &Lanes<T>, limit: &Lanes<T>) -> u32 {
    let mut flags = [0; LANES];
    for l in 0..LANES {
        flags[l] = u8::from(values[l] <= limit[l]);
    }
    // Byte `l` holds bit 8·l; the product brings it to bit 56 + l.
    (u64::from_le_bytes(flags).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// The distances of a chunk's points to a query.
#[inline(always)]
pub(super) fn distances<T: Scalar>(chunk: &[Lanes<T>], query: &[T]) -> Lanes<T> {
    let mut far = [T::ZERO; LANES];
    for (row, &query) in chunk.iter().zip(query) {
        for l in 0..LANES {
            far[l] = far[l].larger((row[l] - query).abs());
        }
    }
    far
}

/// The distances of a leaf's points to a query, and a bit for each that is at most `reach`.
#[inline(always)]
pub(super) fn near<T: Scalar, const D: usize>(leaf: &[Lanes<T>], query: &[T], reach: T, out: &mut Row<T>) -> u32 {
    let dims = known::<D>(query.len());
    let (mut found, mut rest) = (0, leaf);
    for place in 0..LEAF / LANES {
        if rest.len() < dims {
            break;
        }
        let (chunk, others) = rest.split_at(dims);
        let far = distances(chunk, &query[..dims]);
        found |= within(&far, &[reach; LANES]) << (place * LANES);
        (out[place], rest) = (far, others);
    }
    found
}

/// How many of a leaf's points lie within `reach[0]` of a query in the first `cut` dimensions and `reach[1]` in the others.
#[inline(always)]
pub(super) fn count<T: Scalar, const D: usize>(leaf: &[Lanes<T>], query: &[T], cut: usize, reach: [T; 2]) -> u32 {
    let dims = known::<D>(query.len());
    let (query, other) = query[..dims].split_at(cut);
    let (mut total, mut rest) = ([0; LANES], leaf);
    while rest.len() >= dims {
        let (chunk, others) = rest.split_at(dims);
        let (a, b) = (distances(&chunk[..cut], query), distances(&chunk[cut..], other));
        for l in 0..LANES {
            total[l] += u32::from(a[l] <= reach[0]) & u32::from(b[l] <= reach[1]);
        }
        rest = others;
    }
    total.iter().sum()
}

/// The distance of each point of a chunk to a box, or `ACROSS` it to its farthest corner; only in the dimensions `asked`
/// (bit `dim % 64`).
#[inline(always)]
pub(super) fn to_box<T: Scalar, const ACROSS: bool>(chunk: &[Lanes<T>], low: &[T], high: &[T], asked: u64) -> Lanes<T> {
    let mut far = [T::ZERO; LANES];
    for (dim, row) in chunk.iter().enumerate() {
        if asked >> (dim % 64) & 1 == 1 {
            let (low, high) = if ACROSS { (high[dim], low[dim]) } else { (low[dim], high[dim]) };
            for l in 0..LANES {
                far[l] = far[l].larger((low - row[l]).larger(row[l] - high));
            }
        }
    }
    far
}

/// The largest of the values.
#[inline(always)]
pub(super) fn largest<T: Scalar>(row: &Row<T>) -> T {
    let mut best = row[0];
    for lanes in &row[1..] {
        for l in 0..LANES {
            best[l] = best[l].larger(lanes[l]);
        }
    }
    let mut far = best[0];
    for best in best {
        far = far.larger(best);
    }
    far
}
