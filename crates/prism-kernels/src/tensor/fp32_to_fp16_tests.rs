use super::{Fp32ToFp16Outputs, Fp32ToFp16Settings, NarrowFormat, fp32_to_fp16};
use crate::tensor::Wide;
use prism_device::{Device, Result};

/// Halves, ties, both sides of every overflow and underflow.
const X: [f32; 25] = [
    1.0,
    -2.5,
    65_519.996,
    65_520.0,
    5.960_464_5e-8,
    2.980_232_2e-8,
    2.980_232_6e-8,
    0.1,
    std::f32::consts::PI,
    -0.0,
    1e-3,
    448.0,
    464.0,
    464.000_03,
    57_344.0,
    61_440.0,
    61_439.996,
    0.001_953_125,
    0.000_976_562_5,
    0.000_976_562_6,
    1.525_878_9e-5,
    7.629_394_5e-6,
    f32::MAX,
    f32::INFINITY,
    f32::NEG_INFINITY,
];

fn call<T: Wide>(
    x: &[T],
    scale: Option<(&[f32], &[usize])>,
    format: NarrowFormat,
    saturate: Option<bool>,
) -> Result<Fp32ToFp16Outputs> {
    let device = Device::cpu();
    let scale = scale.map(|(scale, shape)| device.upload(scale, shape).unwrap());
    let x = device.upload(x, &[x.len()]).unwrap();
    fp32_to_fp16(&x, scale.as_ref(), &Fp32ToFp16Settings { format, saturate })
}

fn codes<T: Wide>(x: &[T], format: NarrowFormat, saturate: Option<bool>) -> Vec<u16> {
    let outputs = call(x, None, format, saturate).unwrap();
    let Fp32ToFp16Outputs { f16, bf16, fp8 } = outputs;
    let f16 = f16.map(|y| y.download().unwrap().iter().map(|y| y.to_bits()).collect::<Vec<_>>());
    let bf16 = bf16.map(|y| y.download().unwrap().iter().map(|y| y.to_bits()).collect());
    let fp8 = fp8.map(|y| y.download().unwrap().iter().map(|&y| y.into()).collect());
    let given: Vec<_> = [f16, bf16, fp8].into_iter().flatten().collect();
    assert_eq!(given.len(), 1, "one output holds the format");
    given.into_iter().flatten().collect()
}

/// `x.astype(numpy.float16)`, `x.astype(ml_dtypes.bfloat16)`: numpy 2.4.6, `ml_dtypes` 0.6.0.
#[test]
fn sixteen_bits_are_those_of_numpy() {
    let f16 = [
        0x3c00, 0xc100, 0x7bff, 0x7c00, 0x1, 0x0, 0x1, 0x2e66, 0x4248, 0x8000, 0x1419, 0x5f00, 0x5f40, 0x5f40, 0x7b00,
        0x7b80, 0x7b80, 0x1800, 0x1400, 0x1400, 0x100, 0x80, 0x7c00, 0x7c00, 0xfc00,
    ];
    assert_eq!(codes(&X, NarrowFormat::F16, None), f16);
    let bf16 = [
        0x3f80, 0xc020, 0x4780, 0x4780, 0x3380, 0x3300, 0x3300, 0x3dcd, 0x4049, 0x8000, 0x3a83, 0x43e0, 0x43e8, 0x43e8,
        0x4760, 0x4770, 0x4770, 0x3b00, 0x3a80, 0x3a80, 0x3780, 0x3700, 0x7f80, 0x7f80, 0xff80,
    ];
    assert_eq!(codes(&X, NarrowFormat::Bf16, None), bf16);
}

/// `x.astype(ml_dtypes.float8_e4m3fn)` and `float8_e5m2`, which do not saturate: `ml_dtypes` 0.6.0.
#[test]
fn eight_bits_are_those_of_ml_dtypes() {
    let e4m3 = [
        0x38, 0xc2, 0x7f, 0x7f, 0x0, 0x0, 0x0, 0x1d, 0x45, 0x80, 0x1, 0x7e, 0x7e, 0x7f, 0x7f, 0x7f, 0x7f, 0x1, 0x0,
        0x1, 0x0, 0x0, 0x7f, 0x7f, 0xff,
    ];
    assert_eq!(codes(&X, NarrowFormat::E4m3, Some(false)), e4m3);
    let e5m2 = [
        0x3c, 0xc1, 0x7c, 0x7c, 0x0, 0x0, 0x0, 0x2e, 0x42, 0x80, 0x14, 0x5f, 0x5f, 0x5f, 0x7b, 0x7c, 0x7b, 0x18, 0x14,
        0x14, 0x1, 0x0, 0x7c, 0x7c, 0xfc,
    ];
    assert_eq!(codes(&X, NarrowFormat::E5m2, Some(false)), e5m2);
    let nan = [f32::NAN, -f32::NAN];
    assert_eq!(codes(&nan, NarrowFormat::E4m3, None), [0x7f, 0xff]);
    assert_eq!(codes(&nan, NarrowFormat::E5m2, None), [0x7e, 0xfe]);
}

/// `x.astype(numpy.float16)` of doubles, numpy 2.4.6: one rounding, not two.
#[test]
fn doubles_are_rounded_at_once() {
    let x = [
        1.0 + 2f64.powi(-11) + 2f64.powi(-40),
        1.0 + 2f64.powi(-11),
        1.0 + 2f64.powi(-11) - 2f64.powi(-52),
        2f64.powi(-25) * (1.0 + 2f64.powi(-50)),
        65_520.0 - 2f64.powi(-30),
    ];
    assert_eq!(codes(&x, NarrowFormat::F16, None), [0x3c01, 0x3c00, 0x3c00, 0x1, 0x7bff]);
}

#[test]
fn what_lies_beyond_saturates_when_asked_and_by_default_in_eight_bits() {
    let x = [1e30f32, -1e30, f32::INFINITY, f32::NEG_INFINITY];
    let of = |largest: u16, sign: u16| [largest, largest | sign, largest, largest | sign];
    assert_eq!(codes(&x, NarrowFormat::F16, Some(true)), of(0x7bff, 0x8000));
    assert_eq!(codes(&[f32::MAX, f32::INFINITY], NarrowFormat::Bf16, Some(true)), [0x7f7f, 0x7f7f]);
    for (format, largest, beyond) in [(NarrowFormat::E4m3, 0x7e, 0x7f), (NarrowFormat::E5m2, 0x7b, 0x7c)] {
        assert_eq!(codes(&x, format, None), of(largest, 0x80));
        assert_eq!(codes(&x, format, Some(false)), of(beyond, 0x80));
    }
}

/// 300 neighbours have three scales; the last block is short.
#[test]
fn every_128_neighbours_are_divided_by_their_scale() {
    let device = Device::cpu();
    let x: Vec<f32> = (0..600).map(|i| i as f32).collect();
    let scale = device.upload(&[1.0f32, 2.0, 4.0, 8.0, 16.0, 32.0], &[2, 3]).unwrap();
    let x = device.upload(&x, &[2, 300]).unwrap();
    let y = fp32_to_fp16(&x, Some(&scale), &Fp32ToFp16Settings::default()).unwrap().f16.unwrap();
    assert_eq!(y.shape(), [2, 300]);
    let y = y.download().unwrap();
    let at = |i: usize| y[i].to_f32();
    assert_eq!([at(127), at(128), at(256), at(299), at(300), at(599)], [127.0, 64.0, 64.0, 74.75, 37.5, 18.71875]);
}

#[test]
fn one_scale_serves_all_and_what_is_no_quotient_keeps_the_sign() {
    let of = |x: &[f32], scale| {
        let y = call(x, Some((&[scale], &[1])), NarrowFormat::F16, None).unwrap().f16.unwrap();
        y.download().unwrap().iter().map(|y| y.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[3.0, -5.0], 2.0), [0x3e00, 0xc100]);
    assert_eq!(of(&[0.0, -0.0, 1.0, f32::NAN], 0.0), [0x7e00, 0xfe00, 0x7c00, 0x7e00]);
}

#[test]
fn what_is_empty_stays_empty_and_a_number_without_axes_is_one() {
    let device = Device::cpu();
    for shape in [&[0][..], &[3, 0], &[0, 5], &[]] {
        let count = shape.iter().product();
        let x = device.upload(&vec![1.0f32; count], shape).unwrap();
        let y = fp32_to_fp16(&x, None, &Fp32ToFp16Settings::default()).unwrap().f16.unwrap();
        assert_eq!((y.shape(), y.download().unwrap().len()), (shape, count));
    }
    let (x, scale) = (device.zeros::<f32>(&[3, 0]).unwrap(), device.zeros(&[3, 0]).unwrap());
    let y = fp32_to_fp16(&x, Some(&scale), &Fp32ToFp16Settings::default()).unwrap().f16.unwrap();
    assert_eq!(y.shape(), [3, 0]);
}

#[test]
fn scales_that_do_not_fit_are_refused() {
    let refused = |shape: &[usize], scales: &[usize]| {
        let device = Device::cpu();
        let (x, scale) = (device.zeros::<f32>(shape).unwrap(), device.zeros(scales).unwrap());
        fp32_to_fp16(&x, Some(&scale), &Fp32ToFp16Settings::default()).unwrap_err().to_string()
    };
    assert_eq!(refused(&[2, 300], &[2, 2]), "fp32_to_fp16: `scale` must be [1] or [2, 3], got [2, 2]");
    assert_eq!(refused(&[2, 300], &[0]), "fp32_to_fp16: `scale` must be [1] or [2, 3], got [0]");
    assert_eq!(refused(&[300], &[2]), "fp32_to_fp16: `scale` must be [1] or [3], got [2]");
}
