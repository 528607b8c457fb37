//! Columns moved and scaled without rounding: distances keep their order, and neither squares nor `f32` overflow.

/// The power of two that brings the largest magnitude of `values` to [1, 2), or as near as 2^±1000 can.
pub(crate) fn scale(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.fold(0.0_f64, |largest, x| largest.max(x.abs()));
    2f64.powi(-(largest.log2().floor().clamp(-1000.0, 1000.0) as i32))
}

/// The smallest and the largest value of a column; what is no number is passed over.
pub(crate) fn range(column: &[f64]) -> (f64, f64) {
    column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)))
}

/// What can be subtracted from every value of a column without rounding, so that `f32` resolves their differences: the
/// value nearest to 0 where no other lies more than twice as far on the same side (Sterbenz 1974), else 0.
pub(crate) fn offset(column: &[f64]) -> f64 {
    let (low, high) = range(column);
    match () {
        () if low > 0.0 && high <= 2.0 * low => low,
        () if high < 0.0 && low >= 2.0 * high => high,
        () => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_a_power_of_two_that_brings_the_largest_near_1() {
        for (values, expected) in [([3.0, -5.0], 0.25), ([0.5, 0.0], 2.0), ([1.0, 1.0], 1.0)] {
            assert_eq!(scale(values.into_iter()), expected, "{values:?}");
        }
        for extreme in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.0] {
            let scale = scale([extreme].into_iter());
            assert!(scale.is_normal() && (extreme * scale).powi(2).is_finite(), "{extreme:e}");
        }
    }

    #[test]
    fn an_offset_is_subtracted_without_rounding() {
        for (column, expected) in [
            ([1e8, 1e8 + 3.0, 2e8], 1e8),
            ([-1e8, -1e8 - 3.0, -2e8], -1e8),
            ([1.0, 1.5, 2.0 + f64::EPSILON * 2.0], 0.0),
            ([-1.0, 0.0, 1.0], 0.0),
        ] {
            assert_eq!(offset(&column), expected, "{column:?}");
            assert!(column.iter().all(|x| (x - expected) + expected == *x), "{column:?}");
        }
    }
}
