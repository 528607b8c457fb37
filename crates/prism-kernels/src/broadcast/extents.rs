//! The extents that shapes have together, by `NumPy`'s rules, and which elements of theirs meet.

/// The extents that two shapes broadcast to, aligned at their ends; none where two differ and neither is 1.
pub(crate) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let joined = |axis| match (extent(a, rank, axis), extent(b, rank, axis)) {
        (1, other) | (other, 1) => Some(other),
        (a, b) => (a == b).then_some(a),
    };
    (0..rank).map(joined).collect()
}

/// The extent of an axis counted among `rank` of them, 1 where a shape has none.
pub(super) fn extent(shape: &[usize], rank: usize, axis: usize) -> usize {
    (axis + shape.len()).checked_sub(rank).map_or(1, |own| shape[own])
}

/// The number of the element, or matrix, that an operand of extents `shape` has for each place of `extents`.
pub(crate) fn numbers(shape: &[usize], extents: &[usize]) -> Vec<u32> {
    let of_axis = |outer: Vec<u32>, (axis, &all): (usize, &usize)| {
        let own = extent(shape, extents.len(), axis) as u32;
        outer
            .iter()
            .flat_map(|outer| (0..all as u32).map(move |i| outer * own + if own == 1 { 0 } else { i }))
            .collect()
    };
    extents.iter().enumerate().fold(vec![0], of_axis)
}

#[cfg(test)]
mod tests {
    use super::{broadcast, numbers};

    #[test]
    fn extents_of_one_stretch() {
        assert_eq!(broadcast(&[2, 1], &[3]), Some(vec![2, 3]));
        assert_eq!(broadcast(&[1], &[0]), Some(vec![0]));
        assert_eq!(broadcast(&[], &[]), Some(vec![]));
        assert_eq!(broadcast(&[2, 3], &[2]), None);
    }

    /// `np.broadcast_to(np.arange(n).reshape(shape), extents).ravel()`, numpy 2.4.6.
    #[test]
    fn numbers_equal_numpys() {
        assert_eq!(numbers(&[2, 1], &[2, 3]), [0, 0, 0, 1, 1, 1]);
        assert_eq!(numbers(&[3], &[2, 3]), [0, 1, 2, 0, 1, 2]);
        assert_eq!(numbers(&[2, 1, 2], &[2, 2, 2]), [0, 1, 0, 1, 2, 3, 2, 3]);
        assert_eq!(numbers(&[], &[]), [0]);
        assert_eq!(numbers(&[1], &[0]), [0u32; 0]);
    }
}
