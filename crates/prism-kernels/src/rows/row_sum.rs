//! The sum of every row.

use super::{part, sum, threads_by_spans};
use prism_derive::kernel;
use prism_device::Real;

/// Sum of every row, or of every part of it.
///
/// `x [r, n]` → `sums [r · parts]`, part j of a row holding its terms from j·⌈n/parts⌉ on; 0 where there are none.
/// Summed in double precision, rounded once. O(r·n), read once, 16 bytes at a time wherever rows begin, no scratch.
#[kernel(
    threads = threads_by_spans(r, n, parts),
    block = [256],
    requires(parts >= 1),
    types(f32, f64),
    check(parts = [1, 2, 7], r = [0, 1, 9, 33], n = [0, 1, 2, 8, 9, 33, 64, 256, 257, 513, 1025, 5000]),
    bench(r = 65_536, n = 1_024, parts = 1),
    bench(r = 1, n = 33_554_432, parts = 2_048),
    tolerance = Sum(n, magnitude),
)]
pub fn row_sum<T: Real>(#[shape(r.., n)] x: &[T], #[shape(r * parts)] sums: &mut [T], parts: u32) {
    let parts = parts as usize;
    for item in 0..r * parts {
        let row = &x[item / parts * n..][..n];
        sums[item] = T::nearest(sum(row[part(item, n, parts)].iter().map(|&x| x.into())));
    }
}

fn magnitude(case: &prism_device::conformance::Case) -> Vec<f64> {
    let [r, n, parts] = ["r", "n", "parts"].map(|name| case.quantity(name) as usize);
    let x = case.doubles("x");
    (0..r * parts).map(|item| x[item / parts * n..][part(item, n, parts)].iter().map(|x| x.abs()).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::row_sum;
    use prism_device::Device;

    #[test]
    fn a_row_is_the_sum_of_its_parts() {
        let device = Device::cpu();
        let x = device.upload(&[1.0f32, 2.0, 3.0, 4.0, 5.0, 1e8, 1.0, -1e8, 0.0, 0.5], &[2, 5]).unwrap();
        let (mut parts, mut whole) = (device.zeros(&[4]).unwrap(), device.zeros(&[2]).unwrap());
        row_sum(&x, &mut parts, 2).unwrap();
        row_sum(&x, &mut whole, 1).unwrap();
        assert_eq!(parts.download().unwrap(), [6.0, 9.0, 1.0, 0.5]);
        assert_eq!(whole.download().unwrap(), [15.0, 1.5]);
    }
}
