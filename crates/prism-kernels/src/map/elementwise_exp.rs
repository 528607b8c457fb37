//! The exponential.

use prism_derive::kernel;
use prism_device::Float;

/// eˣ of every element.
///
/// `x [n]` → `y [n]`, within 2 units of roundoff; subnormal results are kept, +∞ on overflow, 0 at −∞. O(n), memory-bound.
/// Equals `numpy.exp`.
#[kernel(
    operation,
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097]),
    bench(n = 67_108_864),
    inputs = super::arguments,
    tolerance = Elementwise(2.0),
)]
pub fn elementwise_exp<T: Float>(#[shape(n..)] x: &[T], #[shape(n..)] y: &mut [T]) {
    for i in 0..n {
        let x: f64 = x[i].into();
        y[i] = T::nearest(x.exp());
    }
}

#[cfg(test)]
mod tests {
    use super::super::on_cpu;
    use super::elementwise_exp;

    #[test]
    fn underflow_is_gradual_and_overflow_infinite() {
        let y = on_cpu::<f64>(elementwise_exp, &[0.0, 1.0, -745.0, -746.0, 710.0, f64::NEG_INFINITY]);
        assert_eq!(y, [1.0, std::f64::consts::E, f64::from_bits(1), 0.0, f64::INFINITY, 0.0]);
        let y = on_cpu::<f32>(elementwise_exp, &[-103.0, 89.0]);
        assert!(y[0] > 0.0 && y[0] < f64::from(f32::MIN_POSITIVE) && y[1].is_infinite(), "{y:?}");
    }
}
