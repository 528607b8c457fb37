use super::{EightBitFormat, Fp16ToFp32Settings, fp16_to_fp32};
use crate::tensor::Narrow;
use prism_device::{Device, bf16, f16};

fn values<T: Narrow>(x: &[T], scale: Option<&[f32]>, format: EightBitFormat) -> Vec<f32> {
    let device = Device::cpu();
    let scale = scale.map(|scale| device.upload(scale, &[scale.len()]).unwrap());
    let x = device.upload(x, &[x.len()]).unwrap();
    fp16_to_fp32(&x, scale.as_ref(), &Fp16ToFp32Settings { format }).unwrap().download().unwrap()
}

/// `numpy.array(codes, numpy.uint16).view(numpy.float16).astype(numpy.float32)`, numpy 2.4.6.
#[test]
fn sixteen_bits_have_the_values_of_numpy() {
    let codes = [0x3c00, 0xc100, 0x0001, 0x7bff, 0x0400, 0xfc00].map(f16::from_bits);
    let known = [1.0, -2.5, 5.960_464_5e-8, 65_504.0, 6.103_515_6e-5, f32::NEG_INFINITY];
    assert_eq!(values(&codes, None, EightBitFormat::E4m3), known);
    let codes = [0x3f80, 0xc020, 0x0001].map(bf16::from_bits);
    assert_eq!(values(&codes, None, EightBitFormat::E4m3), [1.0, -2.5, f32::from_bits(0x1_0000)]);
}

/// `numpy.array(codes, numpy.uint8).view(ml_dtypes.float8_e4m3fn).astype(numpy.float32)`: `ml_dtypes` 0.6.0.
#[test]
fn eight_bits_have_the_values_of_ml_dtypes() {
    let codes = [1, 7, 8, 0x38, 0x45, 0x7b, 0x7e, 0x81, 0xfe];
    let e4m3 = [0.001_953_125, 0.013_671_875, 0.015_625, 1.0, 3.25, 352.0, 448.0, -0.001_953_125, -448.0];
    assert_eq!(values(&codes, None, EightBitFormat::E4m3), e4m3);
    let e5m2 = [1.525_878_9e-5, 0.000_106_811_52, 0.000_122_070_31, 0.5, 5.0, 57_344.0];
    let found = values(&codes, None, EightBitFormat::E5m2);
    assert_eq!(found[..6], e5m2);
    assert_eq!(found[6].to_bits(), 0x7fc0_0000);
    assert_eq!(found[8].to_bits(), 0xffc0_0000);
}

#[test]
fn stored_times_scale_is_the_number_meant() {
    let x: Vec<u8> = vec![0x38; 130];
    let found = values(&x, Some(&[3.0, 0.5]), EightBitFormat::E4m3);
    assert_eq!((found[0], found[127], found[128]), (3.0, 3.0, 0.5));
    let x = [0x7c00, 0xfc00, 0x3c00].map(f16::from_bits);
    let found = values(&x, Some(&[0.0]), EightBitFormat::E4m3);
    assert_eq!([found[0].to_bits(), found[1].to_bits(), found[2].to_bits()], [0x7fc0_0000, 0xffc0_0000, 0]);
}

#[test]
fn shapes_are_kept_and_scales_judged() {
    let device = Device::cpu();
    let x = device.zeros::<bf16>(&[2, 0, 3]).unwrap();
    assert_eq!(fp16_to_fp32(&x, None, &Fp16ToFp32Settings::default()).unwrap().shape(), [2, 0, 3]);
    let (x, scale) = (device.zeros::<u8>(&[2, 129]).unwrap(), device.zeros(&[2]).unwrap());
    let error = fp16_to_fp32(&x, Some(&scale), &Fp16ToFp32Settings::default()).unwrap_err().to_string();
    assert_eq!(error, "fp16_to_fp32: `scale` must be [1] or [2, 2], got [2]");
}
