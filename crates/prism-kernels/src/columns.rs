//! How columns are shared out to blocks: `column.cuh` of the CUDA side holds them.

use prism_device::{Entry, Float};

/// What the threads of a block hold at once, in bytes.
const HELD: usize = 65_536;

/// The kernel for `[o, n, i]` elements of type T of which columns are n each, `whole` or `long`, and how many of them a
/// block takes: as many as it holds, and at least 64 neighbouring bytes, or 128 where rows begin anywhere.
pub(crate) fn kernel_of<T: Float>(
    [o, n, i]: [usize; 3],
    whole: &'static Entry,
    long: &'static Entry,
) -> (&'static Entry, u32) {
    let size = size_of::<T>();
    let least = if (i * size).is_multiple_of(32) { 64 } else { 128 };
    let is_whole = i.is_multiple_of(2) && n <= HELD / least;
    // An element of 16 bits that has no partner takes a word of 32.
    let (kernel, least, word) = if is_whole { (whole, least, size) } else { (long, 128, size.max(4)) };
    let held = 1 << (HELD / word / n.max(1)).max(1).ilog2();
    let most = if size == 2 && is_whole { 1024 } else { 512 };
    let width = (least / word).max(held).min((o * i).next_power_of_two()).clamp(8, most);
    (kernel, width as u32)
}

#[cfg(test)]
mod tests {
    use super::kernel_of;
    use crate::norm::{SOFTMAX_COLUMNS, SOFTMAX_LONG_COLUMNS};
    use prism_device::{Float, f16};

    fn of<T: Float>(extents: [usize; 3]) -> (bool, u32) {
        let (kernel, width) = kernel_of::<T>(extents, &SOFTMAX_COLUMNS, &SOFTMAX_LONG_COLUMNS);
        (kernel.name == SOFTMAX_COLUMNS.name, width)
    }

    #[test]
    fn blocks_take_the_columns_they_hold() {
        assert_eq!(of::<f32>([16, 1024, 4096]), (true, 16));
        assert_eq!(of::<f16>([16, 1024, 4096]), (true, 32));
        assert_eq!(of::<f64>([16, 1024, 4096]), (true, 8));
        assert_eq!(of::<f32>([1024, 64, 1024]), (true, 256));
        assert_eq!(of::<f16>([1024, 1, 1024]), (true, 1024));
        assert_eq!(of::<f32>([3, 0, 2]), (true, 8));
    }

    #[test]
    fn long_columns_and_odd_rows_have_a_kernel_of_their_own() {
        assert_eq!(of::<f32>([1, 16_384, 4096]), (false, 32));
        assert_eq!(of::<f64>([1, 16_384, 4096]), (false, 16));
        assert_eq!(of::<f32>([16, 1000, 4095]), (false, 32));
        assert_eq!(of::<f16>([16, 64, 4095]), (false, 256));
        assert_eq!(of::<f32>([16, 512, 4094]), (true, 32));
        assert_eq!(of::<f32>([16, 513, 4094]), (false, 32));
        assert_eq!(of::<f32>([1, 1_000_000, 3]), (false, 8));
    }
}
