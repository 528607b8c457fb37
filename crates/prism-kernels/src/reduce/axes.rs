//! Which axes go, and the shape that stays.

use crate::argument::require;
use prism_device::Result;

/// The place of an axis that may be counted from the end.
pub(super) fn place(operation: &'static str, axis: i64, rank: usize) -> Result<usize> {
    let from_start = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let holds = (0..rank as i64).contains(&from_start);
    require(operation, holds, "-rank <= axis < rank", || format!("axis = {axis}, rank = {rank}"))?;
    Ok(from_start as usize)
}

/// Of every axis whether it is among `axes`.
pub(super) fn chosen(operation: &'static str, axes: &[i64], rank: usize) -> Result<Vec<bool>> {
    let mut chosen = vec![false; rank];
    for &axis in axes {
        let at = place(operation, axis, rank)?;
        require(operation, !chosen[at], "each of axes once", || format!("axes = {axes:?}, rank = {rank}"))?;
        chosen[at] = true;
    }
    Ok(chosen)
}

/// The shape without the chosen axes, or with 1 in their place.
pub(super) fn reduced_shape(shape: &[usize], chosen: &[bool], keepdims: bool) -> Vec<usize> {
    let extents = shape.iter().zip(chosen).filter(|(_, chosen)| keepdims || !**chosen);
    extents.map(|(&extent, &chosen)| if chosen { 1 } else { extent }).collect()
}

#[cfg(test)]
mod tests {
    use super::{chosen, reduced_shape};

    #[test]
    fn axes_count_from_either_end() {
        assert_eq!(chosen("f", &[-1, 0], 3).unwrap(), [true, false, true]);
        assert_eq!(reduced_shape(&[2, 3, 4], &[true, false, true], false), [3]);
        assert_eq!(reduced_shape(&[2, 3, 4], &[true, false, true], true), [1, 3, 1]);
    }

    #[test]
    fn axes_outside_of_the_rank_or_twice_are_refused() {
        for (axes, known) in [
            (vec![3], "f: needs -rank <= axis < rank, got axis = 3, rank = 3"),
            (vec![0, -4], "f: needs -rank <= axis < rank, got axis = -4, rank = 3"),
            (vec![i64::MIN], "f: needs -rank <= axis < rank, got axis = -9223372036854775808, rank = 3"),
            (vec![1, -2], "f: needs each of axes once, got axes = [1, -2], rank = 3"),
        ] {
            assert_eq!(chosen("f", &axes, 3).unwrap_err().to_string(), known);
        }
    }
}
