//! The hyperbolic tangent.

use prism_derive::kernel;
use prism_device::Float;

/// tanh x of every element.
///
/// `x [n]` → `y [n]`, within 4 units of roundoff; ±1 at ±∞. O(n), memory-bound. Equals `numpy.tanh`.
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
pub fn tanh<T: Float>(#[shape(n..)] x: &[T], #[shape(n..)] y: &mut [T]) {
    for i in 0..n {
        let x: f64 = x[i].into();
        y[i] = T::nearest(x.tanh());
    }
}

#[cfg(test)]
mod tests {
    use super::super::on_cpu;
    use super::tanh;
    use approx::assert_relative_eq;
    use prism_device::bf16;

    #[test]
    fn is_odd_and_ends_at_one() {
        let y = on_cpu::<f64>(tanh, &[0.5, -0.5, f64::INFINITY, f64::NEG_INFINITY, 1e-200]);
        assert_relative_eq!(y[0], 0.462_117_157_260_009_8, max_relative = 4e-16);
        assert_eq!(y[1..], [-y[0], 1.0, -1.0, 1e-200]);
        assert_eq!(on_cpu::<bf16>(tanh, &[0.5]), [0.462_890_625]);
    }
}
