//! Every pattern of `f32` and of narrow numbers, converted on every GPU of this machine, to the bit.
//!
//! Half a minute on sixteen cores: `cargo test --release -p prism-kernels --test float_formats -- --ignored`.

use prism_device::{Buffer, Device, bf16, f16};
use prism_kernels::tensor::{
    EightBitFormat, Fp16ToFp32Settings, Fp32ToFp16Settings, Narrow, NarrowFormat, fp16_to_fp32, fp32_to_fp16,
};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// Patterns converted at once, by one of this machine's cores.
const CHUNK: u64 = 1 << 24;

const FORMATS: [NarrowFormat; 4] = [NarrowFormat::F16, NarrowFormat::Bf16, NarrowFormat::E4m3, NarrowFormat::E5m2];

fn gpus() -> Vec<Device> {
    Device::all().into_iter().filter(Device::is_cuda).collect()
}

/// The codes of numbers converted on a device.
fn codes(device: &Device, x: &[f32], format: NarrowFormat, saturate: bool) -> Vec<u16> {
    let x = device.upload(x, &[x.len()]).unwrap();
    let settings = Fp32ToFp16Settings { format, saturate: Some(saturate) };
    let y = fp32_to_fp16(&x, None, &settings).unwrap();
    let of_f16 = y.f16.map(|y| y.download().unwrap().iter().map(|y| y.to_bits()).collect());
    let of_bf16 = || y.bf16.map(|y| y.download().unwrap().iter().map(|y| y.to_bits()).collect());
    let of_fp8 = || y.fp8.map(|y| y.download().unwrap().iter().map(|&y| y.into()).collect());
    of_f16.or_else(of_bf16).or_else(of_fp8).expect("one output holds the format")
}

/// Judges CHUNK patterns from `first` on, in every format.
fn judge_chunk(device: &Device, first: u64) {
    let x: Vec<f32> = (first..first + CHUNK).map(|bits| f32::from_bits(bits as u32)).collect();
    for format in FORMATS {
        for saturate in [false, true] {
            let (known, found) = (codes(&Device::cpu(), &x, format, saturate), codes(device, &x, format, saturate));
            let place = known.iter().zip(&found).position(|(known, found)| known != found);
            let words = place.map(|at| format!("{:08x}: {:04x}", x[at].to_bits(), found[at]));
            assert_eq!(words, None, "{format:?}, saturate {saturate}, on {device}");
        }
    }
}

#[test]
#[ignore = "half a minute on sixteen cores"]
fn every_number_is_rounded_to_the_same_bits() {
    for device in gpus() {
        let next = AtomicU64::new(0);
        thread::scope(|cores| {
            for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
                cores.spawn(|| {
                    while let Some(first) = Some(next.fetch_add(CHUNK, Relaxed)).filter(|&first| first < 1 << 32) {
                        judge_chunk(&device, first);
                    }
                });
            }
        });
    }
}

/// The bits of codes widened on a device.
fn bits<T: Narrow>(device: &Device, x: &[T], format: EightBitFormat) -> Vec<u32> {
    let x: Buffer<T> = device.upload(x, &[x.len()]).unwrap();
    let y = fp16_to_fp32(&x, None, &Fp16ToFp32Settings { format }).unwrap();
    y.download().unwrap().iter().map(|y| y.to_bits()).collect()
}

#[test]
fn every_code_is_widened_to_the_same_bits() {
    fn judge<T: Narrow>(device: &Device, x: &[T], format: EightBitFormat) {
        assert!(bits(device, x, format) == bits(&Device::cpu(), x, format), "{format:?} on {device}");
    }
    for device in gpus() {
        let codes = || 0..=u16::MAX;
        judge(&device, &codes().map(f16::from_bits).collect::<Vec<_>>(), EightBitFormat::E4m3);
        judge(&device, &codes().map(bf16::from_bits).collect::<Vec<_>>(), EightBitFormat::E4m3);
        for format in [EightBitFormat::E4m3, EightBitFormat::E5m2] {
            judge(&device, &(0..=u8::MAX).collect::<Vec<_>>(), format);
        }
    }
}
