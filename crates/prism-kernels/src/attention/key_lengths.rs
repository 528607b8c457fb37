//! How many keys of every batch count.

use prism_derive::kernel;

/// The lengths as 32-bit counts, and the place of the first that is negative or greater than `keys`.
///
/// `lengths [b]` → `counts [b]`, 0 where a length is no count; `fault [1]` is raised to ¬place. O(b).
#[kernel(
    threads = b,
    block = [256, 128, 512, 1024],
    requires(keys < 4_294_967_296 && b < 2_147_483_648),
    check(b = [0, 1, 2, 31, 33, 257, 1000], keys = [0, 1_000_000, 4_000_000_000]),
    bench(b = 8_388_608, keys = 4_000_000_000),
    tolerance = Exact,
)]
pub fn key_lengths(
    #[shape(b)] lengths: &[i64],
    #[shape(b)] counts: &mut [u32],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    keys: u64,
) {
    for (place, (count, &length)) in counts.iter_mut().zip(lengths).enumerate() {
        let known = u64::try_from(length).ok().filter(|&length| length <= keys);
        *count = known.unwrap_or(0) as u32;
        if known.is_none() {
            fault[0] = fault[0].max(!(place as u64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::key_lengths;
    use prism_device::Device;

    #[test]
    fn the_first_length_that_is_none_is_named() {
        let device = Device::cpu();
        let lengths = device.upload(&[0i64, 7, 8, -1, 9], &[5]).unwrap();
        let (mut counts, mut fault) = (device.zeros(&[5]).unwrap(), device.zeros(&[1]).unwrap());
        key_lengths(&lengths, &mut counts, &mut fault, 7).unwrap();
        assert_eq!(counts.download().unwrap(), [0u32, 7, 0, 0, 0]);
        assert_eq!(fault.download().unwrap(), [!2u64]);
    }
}
