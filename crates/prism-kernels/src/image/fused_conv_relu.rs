//! The positive part of a convolution.

use super::conv2d::convolved;
use super::{CONV2D_DIRECT, CONV2D_TILED, Conv2dSettings};
use prism_derive::operation;
use prism_device::{Buffer, Real, Result};

/// max(conv2d(x, w) + b, 0).
///
/// `x [.., c, h, w]`, `w [o, c/groups, kh, kw]`, `b [o]` → `y [.., o, ho, wo]`, as [`conv2d`](super::conv2d()) has it. Equals
/// `torch.relu(torch.nn.functional.conv2d(x, w, b))`; NaN stays NaN. One write of the result, no scratch.
///
/// # Errors
/// Those of [`conv2d`](super::conv2d()).
#[operation(types(f32, f64), kernels(CONV2D_DIRECT, CONV2D_TILED))]
pub fn fused_conv_relu<T: Real>(
    x: &Buffer<T>,
    w: &Buffer<T>,
    b: Option<&Buffer<T>>,
    settings: &Conv2dSettings,
) -> Result<Buffer<T>> {
    convolved("fused_conv_relu", x, w, b, settings, true)
}

#[cfg(test)]
mod tests {
    use super::fused_conv_relu;
    use crate::image::{Conv2dSettings, conv2d};
    use prism_device::{Buffer, Device};

    fn waves(shape: &[usize]) -> Buffer<f64> {
        let values: Vec<f64> = (0..shape.iter().product()).map(|i: usize| ((i * 7 % 13) as f64 - 6.0) / 4.0).collect();
        Device::cpu().upload(&values, shape).unwrap()
    }

    /// With few outputs a group and with many: every number of the convolution that is not negative, 0 for the others.
    #[test]
    fn is_the_positive_part_of_the_convolution() {
        for outputs in [3, 9] {
            let (x, w, b) = (waves(&[2, 4, 5, 6]), waves(&[outputs, 4, 3, 3]), waves(&[outputs]));
            let settings = Conv2dSettings { pads: [1; 4], ..Default::default() };
            let plain = conv2d(&x, &w, Some(&b), &settings).unwrap();
            let y = fused_conv_relu(&x, &w, Some(&b), &settings).unwrap();
            let expected: Vec<f64> = plain.download().unwrap().into_iter().map(|y| y.max(0.0)).collect();
            assert!(expected.contains(&0.0) && expected.iter().any(|y| *y > 0.0));
            assert_eq!((y.shape(), y.download().unwrap()), (plain.shape(), expected));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_own_names() {
        let said = |w: &[usize]| {
            let settings = Conv2dSettings::default();
            fused_conv_relu(&waves(&[2, 4, 5, 6]), &waves(w), None, &settings).unwrap_err().to_string()
        };
        assert_eq!(said(&[9, 4, 3]), "fused_conv_relu: `w` must be [o, c / groups, kh, kw], got [9, 4, 3]");
        assert_eq!(
            said(&[9, 4, 3, 7]),
            "fused_conv_relu: needs a kernel no larger than the padded image, got 7 over 6"
        );
    }
}
