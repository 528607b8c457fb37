//! Copies of the values in `f32`, by which most candidates are told apart.

use prism_device::{Dtype, ErrorKind, Real, Result};

/// What a distance between near copies may be off, in their units: twice the rounding of both values and of their
/// difference, which are at most 2⁻²⁵, 2⁻²⁵ and 2⁻²⁴.
pub(super) const SLACK: f32 = 1.0 / 4_194_304.0;

/// The greatest spread whose scale a kernel can take, as a power of two.
const WIDEST: f64 = 120.0;

/// Maps doubles into [−1, 1] by a shift for each column and one power of two for all, so that `f32` resolves them best;
/// floats are their own near copies.
pub(super) struct Near {
    scale: f64,
}

impl Near {
    /// The map for all columns of a problem.
    pub(super) fn over<'a, T: Real>(columns: impl Iterator<Item = &'a Vec<T>>) -> Result<Self> {
        if T::DTYPE == Dtype::F32 {
            return Ok(Self { scale: 1.0 });
        }
        let spread = columns.map(|c| half_range(c).1).fold(f64::MIN_POSITIVE, f64::max);
        let exponent = spread.log2().ceil();
        if exponent > WIDEST {
            let what = format!("values that spread over {spread:e} on a GPU; normalise them, or use the CPU");
            return Err(ErrorKind::Unsupported { what }.into());
        }
        Ok(Self { scale: 2f64.powi(-(exponent.max(-WIDEST) as i32)) })
    }

    /// What a distance is multiplied by; a power of two.
    pub(super) fn scale(&self) -> f32 {
        self.scale as f32
    }

    /// The copy of a column, before it is rounded.
    pub(super) fn column<T: Real>(&self, column: &[T]) -> Vec<f64> {
        let centre = if T::DTYPE == Dtype::F32 { 0.0 } else { half_range(column).0 };
        column.iter().map(|&x| (x.into() - centre) * self.scale).collect()
    }
}

/// The middle of a column and how far its values lie from it.
fn half_range<T: Real>(column: &[T]) -> (f64, f64) {
    let values = column.iter().map(|&x| x.into());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x: f64| (l.min(x), h.max(x)));
    (low / 2.0 + high / 2.0, (high / 2.0 - low / 2.0).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound that the kernels' filter rests on, over values of every size and offset.
    #[test]
    fn distances_between_copies_are_within_the_slack() {
        for (offset, size) in [(0.0, 1.0), (1e8, 1.0), (-3.0, 1e-9), (0.1, 1e30)] {
            let column: Vec<f64> = (0..500).map(|i| offset + size * (f64::from(i) * 0.7).sin()).collect();
            let near = Near::over([&column].into_iter()).unwrap();
            let copies: Vec<f32> = near.column(&column).into_iter().map(|x| x as f32).collect();
            assert!(copies.iter().all(|x| x.abs() <= 1.0));
            for (a, x) in copies.iter().zip(&column) {
                for (b, y) in copies.iter().zip(&column) {
                    let off = (f64::from((a - b).abs()) - (x - y).abs() * near.scale).abs();
                    assert!(off <= f64::from(SLACK) / 2.0, "{off:e} for values of {size:e} around {offset:e}");
                }
            }
        }
    }

    #[test]
    fn floats_are_their_own_copies() {
        let column = vec![3.5f32, -1e20];
        assert_eq!(Near::over([&column].into_iter()).unwrap().column(&column), [3.5, f64::from(-1e20f32)]);
    }

    #[test]
    fn a_spread_beyond_floats_is_refused() {
        assert!(Near::over([&vec![0.0, 1e300]].into_iter()).err().unwrap().is_unsupported());
    }
}
