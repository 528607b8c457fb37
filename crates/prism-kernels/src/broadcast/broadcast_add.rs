//! Sum of two arrays of shapes that fit.

use super::BROADCAST_SUM;
use super::axes::stretch;
use prism_derive::operation;
use prism_device::{Arg, Buffer, Float, Result, run};

const NAME: &str = "broadcast_add";

/// Sum a + b of every element, with the broadcasting of `numpy` and ONNX.
///
/// `a` and `b`, of at most 8 extents that are equal or 1 when counted from the last, → an array of the longer extents; a 1
/// beside a 0 gives 0. The exact IEEE sum in the element type. Equals `numpy.add` and ONNX `Add`. One read of each operand
/// and one write; no scratch.
///
/// # Errors
/// `Requirement` for shapes that do not fit and for more than 8 extents; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::BROADCAST_SUM), output(c))]
pub fn broadcast_add<T: Float>(a: &Buffer<T>, b: &Buffer<T>) -> Result<Buffer<T>> {
    let fit = stretch(NAME, a, b)?;
    let mut c = a.device().zeros(&fit.extents)?;
    let [a, b] = &fit.rows;
    let [a_along, b_along] = fit.along.map(|along| Arg::Scalar(along.into()));
    let axes = Arg::Scalar(fit.axes().into());
    run(&BROADCAST_SUM, &mut [Arg::In(a), Arg::In(b), Arg::Out(&mut c), a_along, b_along, axes])?;
    c.reshaped(&fit.shape)
}

#[cfg(test)]
mod tests {
    use super::broadcast_add;
    use crate::broadcast::elementwise_multiply;
    use prism_device::{Buffer, Device, bf16, f16};

    /// Whole numbers around 0, so that sums of them are exact.
    fn ramp(shape: &[usize], m: i64) -> Buffer<f64> {
        let len = shape.iter().product::<usize>() as i64;
        let values: Vec<f64> = (0..len).map(|i| ((i * i * 7 + 3 * i) % m - m / 2) as f64).collect();
        Device::cpu().upload(&values, shape).unwrap()
    }

    /// Sum of the elements, and of the elements times their places.
    fn sums(c: &Buffer<f64>) -> [f64; 2] {
        let c = c.download().unwrap();
        [c.iter().sum(), c.iter().zip(1..).map(|(c, place)| c * f64::from(place)).sum()]
    }

    /// `numpy.add` and `numpy.multiply` of whole numbers, numpy 2.4.6: the extents, the sum of the elements, and the sum of
    /// the elements times their places.
    #[test]
    fn equals_numpy() {
        let known = [
            (vec![2, 3], vec![3], vec![2, 3], [4.0, 41.0], [27.0, 60.0]),
            (vec![2, 3], vec![2, 1], vec![2, 3], [-5.0, 11.0], [0.0, -24.0]),
            (vec![2, 1, 3], vec![4, 1], vec![2, 4, 3], [10.0, 338.0], [-4.0, -29.0]),
            (vec![3, 1, 2, 1], vec![1, 4, 1, 5], vec![3, 4, 2, 5], [74.0, 9055.0], [-4.0, -415.0]),
            (vec![], vec![2, 2], vec![2, 2], [-25.0, -58.0], [6.0, -12.0]),
            ([2, 1].repeat(4), [1, 2].repeat(4), vec![2; 8], [-48.0, -9536.0], [0.0, 702.0]),
            (vec![1, 3], vec![0, 1], vec![0, 3], [0.0; 2], [0.0; 2]),
        ];
        for (of_a, of_b, shape, sum, product) in known {
            let (a, b) = (ramp(&of_a, 13), ramp(&of_b, 7));
            for [a, b] in [[&a, &b], [&b, &a]] {
                let (c, d) = (broadcast_add(a, b).unwrap(), elementwise_multiply(a, b).unwrap());
                assert_eq!((c.shape(), d.shape()), (&shape[..], &shape[..]));
                assert_eq!((sums(&c), sums(&d)), (sum, product), "{of_a:?} and {of_b:?}");
            }
        }
    }

    #[test]
    fn an_array_fits_itself() {
        let a = ramp(&[3, 5], 13);
        let doubled: Vec<f64> = a.download().unwrap().iter().map(|a| 2.0 * a).collect();
        assert_eq!(broadcast_add(&a, &a).unwrap().download().unwrap(), doubled);
    }

    /// 2049 lies between two halves, 257 between two bfloat16: the even one is taken, or the one that a rest points to.
    #[test]
    fn sums_are_rounded_once() {
        let device = Device::cpu();
        let up = |x: [f32; 4]| device.upload(&x.map(f16::from_f32), &[4]).unwrap();
        let (a, b) = (up([2048.0, 2050.0, 65504.0, -0.0]), up([1.0, 1.0, 16.0, -0.0]));
        let c: Vec<f32> = broadcast_add(&a, &b).unwrap().download().unwrap().into_iter().map(f32::from).collect();
        assert_eq!((c[0], c[1], c[2], c[3].to_bits()), (2048.0, 2052.0, f32::INFINITY, (-0.0f32).to_bits()));
        let up = |x: [f32; 2]| device.upload(&x.map(bf16::from_f32), &[2]).unwrap();
        let c = broadcast_add(&up([256.0, 256.0]), &up([1.0, 1.007_812_5])).unwrap().download().unwrap();
        assert_eq!(c, [256.0, 258.0].map(bf16::from_f32));
    }

    #[test]
    fn what_is_refused() {
        let said =
            |of_a: &[usize], of_b: &[usize]| broadcast_add(&ramp(of_a, 7), &ramp(of_b, 7)).unwrap_err().to_string();
        assert_eq!(
            said(&[2, 3], &[2, 4]),
            "broadcast_add: needs extents that are equal or 1, counted from the last, got a of [2, 3] and b of [2, 4]"
        );
        assert_eq!(
            said(&[2], &[0]),
            "broadcast_add: needs extents that are equal or 1, counted from the last, got a of [2] and b of [0]"
        );
        assert_eq!(
            said(&[1; 9], &[2]),
            "broadcast_add: needs at most 8 extents, got a of [1, 1, 1, 1, 1, 1, 1, 1, 1] and b of [2]"
        );
    }
}
