//! Pixels as integers in their order.

use super::plain::level_of;
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::{Case, Value};

/// The level of every pixel: bits that are ordered as the numbers are, or as their negatives.
///
/// `image [n]` → `level [n]`, of −image where `superlevel` is 1; both zeros have one level, NaN has 0, which no number
/// has. `fault` becomes the complement of the first place of NaN and stays 0 when there is none. O(n), no scratch.
#[kernel(
    threads = n,
    block = [256, 128, 512, 1024],
    requires(n < 2_147_483_648, superlevel <= 1),
    types(u8, u16, f32),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097], superlevel = [0, 1]),
    bench(n = 67_108_864, superlevel = 0),
    inputs = edges,
)]
pub fn pixel_levels<T: Element>(
    #[shape(n)] image: &[T],
    #[shape(n)] level: &mut [u32],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    superlevel: u32,
) {
    for (i, x) in image.iter().enumerate() {
        let value = x.doubles().next().map_or(f32::NAN, |x| x as f32);
        level[i] = if value.is_nan() { 0 } else { level_of(if superlevel == 1 { -value } else { value }) };
        if value.is_nan() {
            fault[0] = fault[0].max(!(i as u64));
        }
    }
}

/// Zeros of both signs, infinities, subnormal numbers, and NaN in images of more than 500 pixels.
fn edges(case: &mut Case) {
    let Value::F32(_, image) = case.value("image") else { return };
    let many = image.len() > 500;
    for (i, x) in image.iter_mut().enumerate() {
        *x = match i % 11 {
            0 => -0.0,
            1 => 0.0,
            2 => f32::INFINITY,
            3 => f32::NEG_INFINITY,
            4 => f32::from_bits(1),
            5 if many && i > 77 => f32::NAN,
            _ => *x,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::pixel_levels_reference;

    #[test]
    fn levels_are_ordered_as_the_numbers_are() {
        let image = [f32::NEG_INFINITY, f32::MIN, -1.0, -f32::from_bits(1), 0.0, f32::from_bits(1), 1.0, f32::INFINITY];
        for superlevel in [0, 1] {
            let (mut level, mut fault) = ([0; 8], [0]);
            pixel_levels_reference(&image, &mut level, &mut fault, superlevel, 8);
            let ordered = |w: &[u32]| if superlevel == 1 { w[0] > w[1] } else { w[0] < w[1] };
            assert!(level.windows(2).all(ordered), "{level:x?}");
            assert_eq!(fault, [0]);
        }
    }

    #[test]
    fn zeros_are_equal_and_the_first_nan_is_the_fault() {
        let (mut level, mut fault) = ([9; 4], [0]);
        for superlevel in [0, 1] {
            pixel_levels_reference(&[0.0, -0.0, f32::NAN, -f32::NAN], &mut level, &mut fault, superlevel, 4);
            assert_eq!(level, [1 << 31, 1 << 31, 0, 0]);
        }
        assert_eq!(fault, [!2]);
    }
}
