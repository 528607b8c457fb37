//! The rectified linear unit.

use prism_derive::kernel;
use prism_device::Float;

/// max(x, 0) of every element.
///
/// `x [n]` → `y [n]`. NaN stays NaN; −0 stays −0. O(n), memory-bound. Equals `torch.relu`.
#[kernel(
    operation,
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097]),
    bench(n = 67_108_864),
    inputs = super::arguments,
)]
pub fn relu<T: Float>(#[shape(n..)] x: &[T], #[shape(n..)] y: &mut [T]) {
    for i in 0..n {
        let wide: f64 = x[i].into();
        y[i] = if wide < 0.0 { T::nearest(0.0) } else { x[i] };
    }
}

#[cfg(test)]
mod tests {
    use super::super::on_cpu;
    use super::relu;
    use prism_device::f16;

    #[test]
    fn negative_numbers_become_zero_and_nan_stays() {
        let y = on_cpu::<f16>(relu, &[-1.5, 2.5, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]);
        assert_eq!(y[..5], [0.0, 2.5, 0.0, f64::INFINITY, 0.0]);
        assert!(y[5].is_nan());
    }
}
