//! Weighted sum of two vectors.

use prism_derive::kernel;
use prism_device::Float;

/// c = αa + βb of every element.
///
/// `a`, `b [n]` → `c [n]`. Computed in double precision and rounded once; with α = β = 1 it is the exact IEEE sum. O(n),
/// memory-bound. BLAS-1 (`axpby`).
#[kernel(
    operation,
    default(alpha = 1.0, beta = 1.0),
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    wide(n),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097]),
    bench(n = 67_108_864),
)]
pub fn vector_add<T: Float>(
    #[shape(n..)] a: &[T],
    #[shape(n..)] b: &[T],
    #[shape(n..)] c: &mut [T],
    /// The factor α of a.
    alpha: f64,
    /// The factor β of b.
    beta: f64,
) {
    for i in 0..n {
        let (a, b): (f64, f64) = (a[i].into(), b[i].into());
        c[i] = T::nearest(alpha.mul_add(a, beta * b));
    }
}

#[cfg(test)]
mod tests {
    use super::vector_add;
    use prism_device::{Device, bf16};

    #[test]
    fn sums_keep_the_digits_that_products_would_lose() {
        let device = Device::cpu();
        let up = |x: [f32; 3]| device.upload(&x, &[3]).unwrap();
        let (a, b, mut c) = (up([1.0, 16_777_216.0, f32::MAX]), up([2.0, 1.0, f32::MAX]), up([0.0; 3]));
        vector_add(&a, &b, &mut c, 1.0, 1.0).unwrap();
        assert_eq!(c.download().unwrap(), [3.0, 16_777_216.0, f32::INFINITY]);
        vector_add(&a, &b, &mut c, 1.0, -16_777_215.0).unwrap();
        assert_eq!(c.download().unwrap()[1], 1.0);
    }

    #[test]
    fn lengths_that_differ_are_refused_by_name() {
        let device = Device::cpu();
        let [a, b] = [3, 4].map(|n| device.zeros::<bf16>(&[n]).unwrap());
        let error = vector_add(&a, &b, &mut device.zeros(&[3]).unwrap(), 1.0, 1.0).unwrap_err().to_string();
        assert!(error.contains("vector_add") && error.contains("`b`"), "{error}");
    }
}
