//! Product of two arrays of shapes that fit.

use super::BROADCAST_PRODUCT;
use super::axes::stretch;
use prism_derive::operation;
use prism_device::{Arg, Buffer, Float, Result, run};

const NAME: &str = "elementwise_multiply";

/// Product a∘b of every element, with the broadcasting of `numpy` and ONNX.
///
/// `a` and `b`, of at most 8 extents that are equal or 1 when counted from the last, → an array of the longer extents; a 1
/// beside a 0 gives 0. The exact IEEE product in the element type. Equals `numpy.multiply` and ONNX `Mul`. One read of each operand
/// and one write; no scratch.
///
/// # Errors
/// `Requirement` for shapes that do not fit and for more than 8 extents; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::BROADCAST_PRODUCT), output(c))]
pub fn elementwise_multiply<T: Float>(a: &Buffer<T>, b: &Buffer<T>) -> Result<Buffer<T>> {
    let fit = stretch(NAME, a, b)?;
    let mut c = a.device().zeros(&fit.extents)?;
    let [a, b] = &fit.rows;
    let [a_along, b_along] = fit.along.map(|along| Arg::Scalar(along.into()));
    let axes = Arg::Scalar(fit.axes().into());
    run(&BROADCAST_PRODUCT, &mut [Arg::In(a), Arg::In(b), Arg::Out(&mut c), a_along, b_along, axes])?;
    c.reshaped(&fit.shape)
}

#[cfg(test)]
mod tests {
    use super::elementwise_multiply;
    use prism_device::{Device, f16};

    #[test]
    fn products_follow_ieee() {
        let device = Device::cpu();
        let a = device.upload(&[f64::INFINITY, f64::MAX, f64::MIN_POSITIVE, -0.0, f64::NAN], &[5]).unwrap();
        let c = elementwise_multiply(&a, &device.upload(&[0.5], &[]).unwrap()).unwrap().download().unwrap();
        assert_eq!(c[..4], [f64::INFINITY, f64::MAX / 2.0, f64::from_bits(1 << 51), 0.0]);
        assert!(c[4].is_nan() && c[3].is_sign_negative());
        let zero = elementwise_multiply(&a, &device.upload(&[0.0], &[1]).unwrap()).unwrap().download().unwrap();
        assert!(zero[0].is_nan());
    }

    /// (1 + 2⁻¹⁰)² = 1 + 2⁻⁹ + 2⁻²⁰: a hair above a half, whose last place is 2⁻¹⁰.
    #[test]
    fn a_product_is_rounded_once() {
        let device = Device::cpu();
        let a = device.upload(&[f16::from_bits(0x3c01)], &[1]).unwrap();
        let c = elementwise_multiply(&a, &a).unwrap().download().unwrap();
        assert_eq!(c, [f16::from_bits(0x3c02)]);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let device = Device::cpu();
        let [a, b] = [[2, 3], [3, 2]].map(|shape| device.zeros::<f32>(&shape).unwrap());
        assert_eq!(
            elementwise_multiply(&a, &b).unwrap_err().to_string(),
            "elementwise_multiply: needs extents that are equal or 1, counted from the last, got a of [2, 3] and b of [3, 2]"
        );
    }
}
