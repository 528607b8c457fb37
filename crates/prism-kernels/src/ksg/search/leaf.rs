//! Loops over the slots of a leaf, written so that the compiler turns each into a few vector instructions.
//!
//! Everything is inlined into the caller's instruction set: see [`super::worker`].

use super::scalar::{LANES, Scalar};

/// The chunks of a row of slots.
#[inline(always)]
fn lanes<T>(row: &[T]) -> &[[T; LANES]] {
    row.as_chunks().0
}

/// Bit `l` is set where `values[l] <= limit[l]`.
#[inline(always)]
fn bits<T: Scalar>(values: &[T; LANES], limit: &[T; LANES]) -> u32 {
    let mut bits = 0;
    for l in 0..LANES {
        bits |= u32::from(values[l] <= limit[l]) << l;
    }
    bits
}

/// The distances of one chunk of a leaf's points to the query in slot `slot`.
///
/// `points` and `queries` are `[dim][slot]`; without dimensions the distances are zero.
#[inline(always)]
fn distances<T: Scalar>(points: &[T], queries: &[T], slot: usize, stride: usize, chunk: usize) -> [T; LANES] {
    let mut far = [T::ZERO; LANES];
    for (row, query) in points.chunks_exact(stride).zip(queries.chunks_exact(stride)) {
        let (row, query) = (&lanes(row)[chunk], query[slot]);
        for l in 0..LANES {
            far[l] = far[l].larger((row[l] - query).abs());
        }
    }
    far
}

/// The distances of a leaf's points to a query, and a bit for each that is at most `reach`.
#[inline(always)]
pub(super) fn near<T: Scalar>(
    points: &[T],
    queries: &[T],
    slot: usize,
    stride: usize,
    reach: T,
    out: &mut [[T; LANES]],
) -> u32 {
    let mut found = 0;
    for chunk in 0..stride / LANES {
        let far = distances(points, queries, slot, stride, chunk);
        found |= bits(&far, &[reach; LANES]) << (chunk * LANES);
        out[chunk] = far;
    }
    found
}

/// How many of a leaf's points lie within `reach[0]` of a query in the first `cut` dimensions and `reach[1]` in the others.
#[inline(always)]
pub(super) fn count<T: Scalar>(
    points: &[T],
    queries: &[T],
    slot: usize,
    stride: usize,
    cut: usize,
    reach: [T; 2],
) -> u32 {
    let (points, queries) = (points.split_at(cut * stride), queries.split_at(cut * stride));
    let mut total = [0; LANES];
    for chunk in 0..stride / LANES {
        let a = distances(points.0, queries.0, slot, stride, chunk);
        let b = distances(points.1, queries.1, slot, stride, chunk);
        for l in 0..LANES {
            total[l] += u32::from(a[l] <= reach[0]) & u32::from(b[l] <= reach[1]);
        }
    }
    total.iter().sum()
}

/// For the queries of a leaf, the distance of each to a box.
#[inline(always)]
pub(super) fn to_box<T: Scalar>(queries: &[T], stride: usize, low: &[T], high: &[T], out: &mut [[T; LANES]]) {
    out.fill([T::ZERO; LANES]);
    for ((row, &low), &high) in queries.chunks_exact(stride).zip(low).zip(high) {
        for (out, row) in out.iter_mut().zip(lanes(row)) {
            for l in 0..LANES {
                out[l] = out[l].larger((low - row[l]).larger(row[l] - high));
            }
        }
    }
}

/// For the queries of a leaf, the distance of each to the farthest corner of a box.
#[inline(always)]
pub(super) fn across_box<T: Scalar>(queries: &[T], stride: usize, low: &[T], high: &[T], out: &mut [[T; LANES]]) {
    out.fill([T::ZERO; LANES]);
    for ((row, &low), &high) in queries.chunks_exact(stride).zip(low).zip(high) {
        for (out, row) in out.iter_mut().zip(lanes(row)) {
            for l in 0..LANES {
                out[l] = out[l].larger((high - row[l]).larger(row[l] - low));
            }
        }
    }
}

/// A bit for each slot whose value is at most its limit.
#[inline(always)]
pub(super) fn within<T: Scalar>(values: &[[T; LANES]], limits: &[[T; LANES]]) -> u32 {
    values.iter().zip(limits).enumerate().fold(0, |found, (chunk, (v, r))| found | bits(v, r) << (chunk * LANES))
}

/// The largest of the values.
#[inline(always)]
pub(super) fn largest<T: Scalar>(values: &[[T; LANES]]) -> T {
    let mut best = [T::NEVER; LANES];
    for chunk in values {
        for l in 0..LANES {
            best[l] = best[l].larger(chunk[l]);
        }
    }
    best.into_iter().fold(T::NEVER, T::larger)
}
