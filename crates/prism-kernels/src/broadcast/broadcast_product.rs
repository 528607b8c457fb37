//! Product of two arrays stretched to one shape.

use super::FLAT;
use super::axes::{each, edges, len};
use prism_derive::kernel;
use prism_device::Float;

/// c = a·b of every element, a and b repeated along the axes of c that they do not have.
///
/// `a` and `b`, the elements of the axes that the bits of `a_along` and `b_along` name (bit k for `ck`), → `c [c0, …, c7]`.
/// `axes` is 2 where all extents before the last two are 1, else 8. The exact IEEE product, rounded once. O(Π c), memory-bound;
/// packs of 16 bytes unless the innermost extent that counts is less than one.
#[kernel(
    threads = (c0 * c1 * c2 * c3 * c4 * c5 * c6 * c7).div_ceil(FLAT),
    block = [256, 128, 64],
    wide(c0, c1, c2, c3, c4, c5, c6, c7),
    requires(a_along < 256, b_along < 256, axes == 2 || axes == 8, axes == 8 || c0 * c1 * c2 * c3 * c4 * c5 == 1),
    types(f16, bf16, f32, f64),
    specialise(axes = [2]),
    check(
        c0 = [1], c1 = [2, 1], c2 = [1], c3 = [1], c4 = [1], c5 = [2, 1], c6 = [3], c7 = [257, 0, 1, 5, 8, 1000],
        a_along = [255, 85], b_along = [255, 128, 98, 0], axes = [8, 2],
    ),
    bench(c0 = 1, c1 = 1, c2 = 1, c3 = 1, c4 = 1, c5 = 1, c6 = 8_192, c7 = 8_192, a_along = 192, b_along = 128, axes = 2),
    bench(c0 = 1, c1 = 1, c2 = 1, c3 = 1, c4 = 1, c5 = 1, c6 = 8_192, c7 = 8_192, a_along = 192, b_along = 64, axes = 2),
    bench(c0 = 1, c1 = 1, c2 = 1, c3 = 1, c4 = 1, c5 = 1, c6 = 1, c7 = 67_108_864, a_along = 192, b_along = 128, axes = 2),
    bench(c0 = 1, c1 = 1, c2 = 1, c3 = 1, c4 = 1, c5 = 1, c6 = 8_192, c7 = 8_191, a_along = 192, b_along = 128, axes = 2),
    bench(c0 = 1, c1 = 1, c2 = 1, c3 = 1, c4 = 32, c5 = 64, c6 = 128, c7 = 256, a_along = 240, b_along = 160, axes = 8),
    inputs = edges,
)]
#[allow(clippy::too_many_arguments)]
pub fn broadcast_product<T: Float>(
    #[shape(len([c0, c1, c2, c3, c4, c5, c6, c7], a_along))] a: &[T],
    #[shape(len([c0, c1, c2, c3, c4, c5, c6, c7], b_along))] b: &[T],
    #[shape(c0, c1, c2, c3, c4, c5, c6, c7)] c: &mut [T],
    a_along: u32,
    b_along: u32,
    axes: u32,
) {
    each([c0, c1, c2, c3, c4, c5, c6, c7], [a_along, b_along], |i, [at, of]| {
        let (a, b): (f64, f64) = (a[at].into(), b[of].into());
        c[i] = T::nearest(a * b);
    });
}
