//! The way down from every pixel.

use super::plain::{Filtration, levels};
use prism_derive::kernel;

/// The earliest node of a filtration among every pixel and its neighbours, in both dimensions.
///
/// `level [b, h, w]` of [`pixel_levels`](super::pixel_levels()) → `basin [b, 2, h·w]`: the place in the image, h·w for the
/// node outside. Dimension 0 adds pixels upwards, equal ones by their places, and connects them by `connectivity`;
/// dimension 1 adds the node outside, next to the border, and then pixels downwards, connected by the other connectivity:
/// the complement, whose components are the holes (Garin 2020). O(b·h·w), no scratch.
#[kernel(
    threads = b * 2 * h * w,
    block = [256, 128, 512, 1024],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8),
    check(connectivity = [4, 8], b = [1, 0, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 2, 31, 33, 100]),
    bench(b = 16, h = 1_024, w = 1_024, connectivity = 4),
    inputs = levels,
)]
pub fn steepest_descent(#[shape(b, h, w)] level: &[u32], #[shape(b, 2, h * w)] basin: &mut [u32], connectivity: u32) {
    for u in 0..basin.len() {
        let f = Filtration::of(level, u / (h * w), connectivity, h, w);
        let p = u % (h * w);
        let around = f.neighbours(p).into_iter().chain([p]);
        basin[u] = around.min_by_key(|&q| f.key(q)).map_or(0, |q| q as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::steepest_descent_reference;

    /// 1 2 0
    /// 3 4 2: the middle one of the upper row goes right; of two equal ones the first is the earlier upwards, the last
    /// downwards; all pixels are of the border and go out in dimension 1.
    #[test]
    fn pixels_go_to_the_earliest_neighbour() {
        let mut basin = [9; 12];
        steepest_descent_reference(&[1, 2, 0, 3, 4, 2], &mut basin, 4, 1, 2, 3);
        assert_eq!(basin, [0, 2, 2, 0, 1, 2, 6, 6, 6, 6, 6, 6]);
        steepest_descent_reference(&[1, 2, 0, 3, 4, 2], &mut basin, 8, 1, 2, 3);
        assert_eq!(basin, [0, 2, 2, 0, 2, 2, 6, 6, 6, 6, 6, 6]);
    }

    #[test]
    fn of_equal_pixels_the_first_is_earlier_upwards_and_the_last_downwards() {
        let mut basin = [0; 50];
        steepest_descent_reference(&[7; 25], &mut basin, 4, 1, 5, 5);
        assert_eq!((basin[12], basin[25 + 12], basin[25 + 2]), (7, 18, 25));
    }
}
