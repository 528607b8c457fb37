//! Dot products from the sums of their parts.

use super::Factor;
use crate::rows::sum;
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Dtype, c128};

/// The sum of every row of real and imaginary parts.
///
/// `sums [r, parts, 2]` of [`dot_rows`](super::dot_rows) → `y [r]`; a real type has no imaginary part. Double precision,
/// compensated, one rounding. O(r·parts), read once.
#[kernel(
    threads = r * 256,
    block = [256],
    wide(r),
    types(f16, bf16, f32, f64, c64, c128),
    check(r = [0, 1, 5], parts = [0, 1, 33, 257, 2048]),
    bench(r = 1, parts = 2_048),
    inputs = edges,
    tolerance = Sum(parts, magnitude),
)]
pub fn dot_join<T: Factor>(#[shape(r, parts, 2)] sums: &[f64], #[shape(r)] y: &mut [T]) {
    for row in 0..r {
        let pairs = || sums[2 * row * parts..][..2 * parts].chunks(2);
        y[row] = T::of(c128::new(sum(pairs().map(|z| z[0])), sum(pairs().map(|z| z[1]))));
    }
}

/// A row with NaN and one with an infinity.
fn edges(case: &mut Case) {
    let length = 2 * case.quantity("parts") as usize;
    case.change("sums", |sums| {
        for (row, sums) in sums.chunks_mut(length.max(1)).enumerate().skip(2) {
            sums[length / 2] = if row == 2 { f64::NAN } else { f64::INFINITY };
        }
    });
}

/// Σ|t| of both parts in units of the output; it is summed in double precision.
fn magnitude(case: &Case) -> Vec<f64> {
    let ([r, parts], sums) = (["r", "parts"].map(|name| case.quantity(name) as usize), case.doubles("sums"));
    let dtype = case.values[1].1.dtype();
    let of = |row: usize, which: usize| {
        let terms = || sums[2 * row * parts..][..2 * parts].iter().skip(which).step_by(2);
        let all: f64 = terms().map(|t| t.abs()).sum();
        let neighbour = terms().sum::<f64>().abs() / 8.0;
        let units = all * Dtype::F64.roundoff() / dtype.roundoff() + neighbour;
        if units.is_nan() { f64::INFINITY } else { units }
    };
    let both = if matches!(dtype, Dtype::C64 | Dtype::C128) { 2 } else { 1 };
    (0..r).flat_map(|row| (0..both).map(move |which| (row, which))).map(|(row, which)| of(row, which)).collect()
}

#[cfg(test)]
mod tests {
    use super::dot_join;
    use prism_device::{Device, c128, f16};

    #[test]
    fn parts_are_added_by_rows() {
        let device = Device::cpu();
        let sums = device.upload(&[1.0, 2.0, 0.5, -4.0, 3.0, 1.0, 0.25, 0.0], &[2, 2, 2]).unwrap();
        let mut y = device.zeros::<c128>(&[2]).unwrap();
        dot_join(&sums, &mut y).unwrap();
        assert_eq!(y.download().unwrap(), [c128::new(1.5, -2.0), c128::new(3.25, 1.0)]);
        let mut y = device.zeros::<f16>(&[2]).unwrap();
        dot_join(&sums, &mut y).unwrap();
        assert_eq!(y.download().unwrap(), [1.5, 3.25].map(f16::from_f32));
    }
}
