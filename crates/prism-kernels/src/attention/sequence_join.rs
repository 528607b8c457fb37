//! What was cached of a sequence, and what is added to it.

use prism_derive::kernel;
use prism_device::Float;

/// Every row of `past` with the row of `next` behind it.
///
/// `past [r, m]`, `next [r, n]` → `joined [r, m + n]`. O(r·(m + n)), each element read and written once.
#[kernel(
    threads = r * (m + n),
    block = [256, 128, 512, 1024],
    wide(r, m, n),
    types(f16, bf16, f32, f64),
    check(r = [0, 1, 33], m = [0, 1, 31, 257], n = [0, 2, 1000]),
    bench(r = 128, m = 131_072, n = 131_072),
    tolerance = Exact,
)]
pub fn sequence_join<T: Float>(
    #[shape(r, m)] past: &[T],
    #[shape(r, n)] next: &[T],
    #[shape(r, m + n)] joined: &mut [T],
) {
    for row in 0..r {
        let (first, second) = joined[row * (m + n)..][..m + n].split_at_mut(m);
        first.copy_from_slice(&past[row * m..][..m]);
        second.copy_from_slice(&next[row * n..][..n]);
    }
}

#[cfg(test)]
mod tests {
    use super::sequence_join;
    use prism_device::Device;

    #[test]
    fn rows_are_joined_one_by_one() {
        let device = Device::cpu();
        let past = device.upload(&[1.0f32, 2.0], &[2, 1]).unwrap();
        let next = device.upload(&[3.0f32, 4.0, 5.0, 6.0], &[2, 2]).unwrap();
        let mut joined = device.zeros(&[2, 3]).unwrap();
        sequence_join(&past, &next, &mut joined).unwrap();
        assert_eq!(joined.download().unwrap(), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
    }
}
