//! The logistic function.

use super::plain::logistic;
use prism_derive::kernel;
use prism_device::Float;

/// 1/(1 + e⁻ˣ) of every element.
///
/// `x [n]` → `y [n]`, within 4 units of roundoff; for x < 0 as eˣ/(1 + eˣ), so that small values keep their digits. O(n),
/// memory-bound. Equals `scipy.special.expit`.
#[kernel(
    operation,
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097]),
    bench(n = 67_108_864),
    inputs = super::arguments,
    tolerance = Elementwise(4.0),
)]
pub fn sigmoid<T: Float>(#[shape(n..)] x: &[T], #[shape(n..)] y: &mut [T]) {
    for i in 0..n {
        y[i] = T::nearest(logistic(x[i].into()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::on_cpu;
    use super::sigmoid;
    use approx::assert_relative_eq;

    /// In 50 digits, mpmath 1.4.
    #[test]
    fn keeps_its_digits_in_the_tail() {
        let y = on_cpu::<f64>(sigmoid, &[0.0, 0.5, -40.0, 800.0, -800.0]);
        for (y, expected) in y.into_iter().zip([0.5, 0.622_459_331_201_854_6, 4.248_354_255_291_589e-18, 1.0, 0.0]) {
            assert_relative_eq!(y, expected, max_relative = 4e-16);
        }
    }
}
