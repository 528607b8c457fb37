use super::*;
use prism_device::Device;
use proptest::prelude::*;

/// Whole numbers around 0, so that no order of the sums matters.
fn ramp(shape: &[usize], m: i64) -> Buffer<f64> {
    let len = shape.iter().product::<usize>() as i64;
    let values: Vec<f64> = (0..len).map(|i| ((i * i * 7 + 3 * i) % m - m / 2) as f64).collect();
    Device::cpu().upload(&values, shape).unwrap()
}

fn image() -> Buffer<f64> {
    ramp(&[2, 4, 5, 6], 13)
}

/// Shape, first two, middle and last two numbers, their sum, and their sum times their places.
#[track_caller]
fn equals(y: &Buffer<f64>, shape: [usize; 4], picked: [f64; 5], sum: f64, weighted: f64) {
    let v = y.download().unwrap();
    let n = v.len();
    assert_eq!(y.shape(), shape);
    assert_eq!([v[0], v[1], v[n / 2], v[n - 2], v[n - 1]], picked);
    assert_eq!(v.iter().sum::<f64>(), sum);
    assert_eq!(v.iter().zip(1..).map(|(v, place)| v * f64::from(place)).sum::<f64>(), weighted);
}

fn of(weight: &[usize; 4], settings: Conv2dSettings) -> Buffer<f64> {
    conv2d(&image(), &ramp(weight, 7), None, &settings).unwrap()
}

/// `onnx.reference.ReferenceEvaluator` of `Conv`, onnx 1.23.2; the numbers are whole, so every sum is exact.
#[test]
fn equals_onnx() {
    let (weight, bias) = (ramp(&[9, 4, 3, 3], 7), ramp(&[9], 5));
    let settings = Conv2dSettings::default();
    let plain = conv2d(&image(), &weight, Some(&bias), &settings).unwrap();
    equals(&plain, [2, 9, 3, 4], [42.0, -19.0, -33.0, -14.0, 23.0], -180.0, -52_800.0);
    let apart = Conv2dSettings { pads: [1, 0, 2, 3], stride: [2, 1], dilation: [1, 2], ..settings };
    let apart = conv2d(&image(), &weight, Some(&bias), &apart).unwrap();
    equals(&apart, [2, 9, 3, 5], [-19.0, -113.0, 45.0, 3.0, 8.0], 208.0, 77_735.0);
    let groups = of(&[8, 2, 3, 2], Conv2dSettings { groups: 2, ..settings });
    equals(&groups, [2, 8, 3, 5], [49.0, -61.0, 8.0, 49.0, -61.0], -308.0, -48_394.0);
    let depthwise = of(&[4, 1, 3, 3], Conv2dSettings { groups: 4, pads: [1; 4], ..settings });
    equals(&depthwise, [2, 4, 5, 6], [-32.0, 32.0, -9.0, -7.0, 10.0], 3.0, 1_350.0);
}

#[test]
fn automatic_pads_equal_onnx() {
    let by = |auto_pad| of(&[8, 4, 2, 4], Conv2dSettings { auto_pad, stride: [2, 1], ..Default::default() });
    equals(&by(AutoPad::SameUpper), [2, 8, 3, 6], [35.0, -21.0, -16.0, 27.0, -37.0], -96.0, -24_394.0);
    equals(&by(AutoPad::SameLower), [2, 8, 3, 6], [-12.0, -23.0, 15.0, 1.0, 43.0], 18.0, 6_455.0);
    equals(&by(AutoPad::Valid), [2, 8, 2, 3], [-21.0, 39.0, -26.0, -26.0, 18.0], -52.0, -4_804.0);
}

#[test]
fn an_empty_batch_has_an_empty_result() {
    let weight = ramp(&[9, 4, 3, 3], 7);
    let y = conv2d(&ramp(&[0, 4, 5, 6], 13), &weight, None, &Conv2dSettings::default()).unwrap();
    assert_eq!(y.shape(), [0, 9, 3, 4]);
}

#[test]
fn an_image_needs_no_batch_and_may_have_more_axes() {
    let (weight, settings) = (ramp(&[9, 4, 3, 3], 7), Conv2dSettings::default());
    let y = |shape: &[usize]| conv2d(&image().reshaped(shape).unwrap(), &weight, None, &settings).unwrap();
    assert_eq!(y(&[2, 1, 4, 5, 6]).shape(), [2, 1, 9, 3, 4]);
    assert_eq!(y(&[2, 1, 4, 5, 6]).download().unwrap(), y(&[2, 4, 5, 6]).download().unwrap());
    let one = conv2d(&ramp(&[4, 5, 6], 13), &weight, None, &settings).unwrap();
    assert_eq!(one.shape(), [9, 3, 4]);
}

#[test]
fn what_is_refused() {
    let said = |weight: &[usize], settings: Conv2dSettings| {
        conv2d(&image(), &ramp(weight, 7), None, &settings).unwrap_err().to_string()
    };
    let settings = Conv2dSettings::default();
    assert_eq!(
        said(&[9, 3, 3, 3], settings),
        "conv2d: needs groups * w.shape[1] channels, and groups to divide the outputs, got groups = 1, 4 channels to 9, w of 3"
    );
    assert_eq!(said(&[9, 4, 3, 7], settings), "conv2d: needs a kernel no larger than the padded image, got 7 over 6");
    assert_eq!(
        said(&[9, 4, 3, 3], Conv2dSettings { stride: [0, 1], ..settings }),
        "conv2d: needs stride, dilation and groups >= 1, got [0, 1], [1, 1], 1"
    );
    assert_eq!(
        said(&[9, 4, 3, 3], Conv2dSettings { auto_pad: AutoPad::Valid, pads: [0, 1, 0, 0], ..settings }),
        "conv2d: needs no pads beside auto_pad, got [0, 1, 0, 0] and valid"
    );
    assert_eq!(said(&[9, 4, 0, 3], settings), "conv2d: needs a kernel with weights, got none along an axis");
    assert_eq!(said(&[9, 4, 3], settings), "conv2d: `w` must be [o, c / groups, kh, kw], got [9, 4, 3]");
}

/// `[n, c, p]` → `[n, p, c]`.
fn turned(values: &[f64], [n, c, p]: [usize; 3]) -> Vec<f64> {
    (0..n * p * c).map(|at| values[(at / (p * c) * c + at % c) * p + at / c % p]).collect()
}

proptest! {
    #[test]
    fn channels_last_is_the_same_turned(
        c in 1usize..4, o in 1usize..4, groups in 1u32..4, h in 1usize..7, w in 1usize..7, pad in 2u32..4, stride in 1u32..3,
    ) {
        let (g, device) = (groups as usize, Device::cpu());
        let (x, weight) = (ramp(&[2, c * g, h, w], 13), ramp(&[o * g, c, 3, 2], 7));
        let first = Conv2dSettings { groups, pads: [pad; 4], stride: [stride, 1], ..Default::default() };
        let y = conv2d(&x, &weight, None, &first).unwrap();
        let x = device.upload(&turned(&x.download().unwrap(), [2, c * g, h * w]), &[2, h, w, c * g]).unwrap();
        let last = conv2d(&x, &weight, None, &Conv2dSettings { channels_last: true, ..first }).unwrap();
        let [n, o, ho, wo] = <[usize; 4]>::try_from(y.shape()).unwrap();
        prop_assert_eq!(last.shape(), [n, ho, wo, o]);
        prop_assert_eq!(last.download().unwrap(), turned(&y.download().unwrap(), [n, o, ho * wo]));
    }
}
