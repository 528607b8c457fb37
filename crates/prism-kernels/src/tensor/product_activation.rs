//! What follows a product of matrices and takes long.

use crate::map::activation::{activate, own_error};
use prism_derive::kernel;
use prism_device::conformance::Case;

/// act(y) + residual of products of matrices, in place.
///
/// `y [q, l]`, `residual [f, l]` (f = q, 1 for all, 0 for none) → `y`, act the [`Activation`](crate::map::Activation) of that
/// number: those that take more than a comparison do not burden the kernels of products. O(q·l), memory-bound.
#[kernel(
    threads = (q * l).div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(l),
    requires(activation <= 6, f <= 1 || f == q),
    check(q = [1, 3, 0], l = [1, 33, 300, 1000, 4097], f = [0, 1, 3], activation = [0, 1, 2, 3, 4, 5, 6]),
    bench(q = 1, l = 67_108_864, f = 0, activation = 2),
    bench(q = 1, l = 67_108_864, f = 1, activation = 6),
    inputs = sums,
    tolerance = Units(bounds),
)]
pub fn product_activation(
    #[shape(f, l)] residual: &[f32],
    #[inout]
    #[shape(q, l)]
    y: &mut [f32],
    activation: u32,
) {
    for at in 0..q * l {
        let added = if f == 0 { 0.0 } else { residual[at % (f * l)] };
        y[at] = (activate(y[at].into(), activation) + f64::from(added)) as f32;
    }
}

/// Sums that reach where activations bend and where they are straight.
fn sums(case: &mut Case) {
    case.change("y", |y| y.iter_mut().for_each(|y| *y *= 4.0));
}

/// How far an activation may be off, in units of it, one more for its rounding, and the sum's rounding, here and there;
/// what is below 10⁻³⁰ may be lost.
fn bounds(case: &Case, _: &str) -> Vec<f64> {
    let (activation, y, residual) = (case.quantity("activation") as u32, case.doubles("y"), case.doubles("residual"));
    let bound = |(at, &y): (usize, &f64)| {
        let value = activate(y, activation);
        let sum = value + if residual.is_empty() { 0.0 } else { residual[at % residual.len()] };
        (1.0 + own_error(y, activation)) * value.abs() + 2.0 * sum.abs() + 2e-23
    };
    y.iter().enumerate().map(bound).collect()
}
