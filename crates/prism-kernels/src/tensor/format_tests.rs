use super::{BF16, E4M3, E5M2, F16, Format, Wide};
use prism_device::{bf16, f16};
use rayon::prelude::*;

/// The eight-bit number nearest to x, by a search among all of them and the first that does not exist.
fn searched(x: f32, numbers: &[f64], beyond: u16) -> u16 {
    let size = f64::from(x).abs();
    let above = numbers.partition_point(|&number| number < size).min(numbers.len() - 1);
    let below = above.saturating_sub(1);
    let (down, up) = (size - numbers[below], numbers[above] - size);
    let nearest = if down < up || down == up && below.is_multiple_of(2) { below } else { above };
    let code = if nearest + 1 == numbers.len() { beyond } else { nearest as u16 };
    if x.is_sign_negative() { code | 0x80 } else { code }
}

/// All finite numbers of an eight-bit format that are not negative, and the one that would come next.
fn numbers(fraction: i32, least: i32, count: u32) -> Vec<f64> {
    let number = |code: u32| {
        let (exponent, below) = (code >> fraction, code & ((1 << fraction) - 1));
        let significand = f64::from(below) / f64::from(1 << fraction) + f64::from(exponent.min(1));
        significand * 2f64.powi(least + exponent.max(1) as i32 - 1)
    };
    (0..=count).map(number).collect()
}

/// Compares every rounding of one `f32` with an independent one.
fn assert_rounded(bits: u32, e4m3: &[f64], e5m2: &[f64]) {
    let x = f32::from_bits(bits);
    let parts = x.parts();
    assert_eq!(F16.round(&parts, false), f16::from_f32(x).to_bits(), "{bits:08x} as f16");
    assert_eq!(BF16.round(&parts, false), bf16::from_f32(x).to_bits(), "{bits:08x} as bf16");
    if x.is_nan() {
        let sign = (bits >> 24 & 0x80) as u16;
        assert_eq!([E4M3.round(&parts, true), E5M2.round(&parts, true)], [sign | 0x7f, sign | 0x7e], "{bits:08x}");
        return;
    }
    assert_eq!(E4M3.round(&parts, false), searched(x, e4m3, 0x7f), "{bits:08x} as e4m3");
    assert_eq!(E5M2.round(&parts, false), searched(x, e5m2, 0x7c), "{bits:08x} as e5m2");
    assert_eq!(E4M3.round(&parts, true), searched(x, e4m3, 0x7e), "{bits:08x} as e4m3, saturated");
    assert_eq!(E5M2.round(&parts, true), searched(x, e5m2, 0x7b), "{bits:08x} as e5m2, saturated");
}

fn tables() -> [Vec<f64>; 2] {
    [numbers(3, -6, 0x7f), numbers(2, -14, 0x7c)]
}

/// Every pattern of the upper sixteen bits with the lower ones at, beside and between what could be a tie.
#[test]
fn every_boundary_is_rounded_as_by_an_independent_search() {
    let [e4m3, e5m2] = tables();
    (0..1u32 << 16).into_par_iter().for_each(|upper| {
        for lower in [0, 1, 0x0fff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x3001, 0x7fff, 0x8000, 0x8001, 0xffff] {
            assert_rounded(upper << 16 | lower, &e4m3, &e5m2);
        }
    });
}

/// All 2³² numbers: minutes of all cores. `cargo test --release -p prism-kernels every_number -- --ignored`.
#[test]
#[ignore = "minutes"]
fn every_number_is_rounded_as_by_an_independent_search() {
    let [e4m3, e5m2] = tables();
    (0..=u32::MAX).into_par_iter().for_each(|bits| assert_rounded(bits, &e4m3, &e5m2));
}

#[test]
fn every_code_of_sixteen_bits_has_the_value_the_half_crate_gives_it() {
    for code in 0..=u16::MAX {
        let pairs = [(&F16, f16::from_bits(code).to_f32()), (&BF16, bf16::from_bits(code).to_f32())];
        for (format, known) in pairs {
            assert_eq!(format.value(code).to_bits(), known.to_bits(), "{code:04x}");
        }
    }
}

/// A code that is no NaN is the rounding of its own value; a NaN is made quiet.
#[test]
fn codes_come_back_from_their_values() {
    let all: [(&Format, u16); 4] = [(&F16, 0xffff), (&BF16, 0xffff), (&E4M3, 0xff), (&E5M2, 0xff)];
    for (format, last) in all {
        for code in 0..=last {
            let value = format.value(code);
            let back = format.round(&value.parts(), false);
            if value.is_nan() {
                assert!(format.value(back).is_nan() && (back ^ code) & format.sign == 0, "{code:04x}");
            } else {
                assert_eq!(back, code, "{value}");
            }
        }
    }
}

/// Doubles that `f32` would first round to a tie.
#[test]
fn doubles_are_rounded_once() {
    let above = 1.0 + 2f64.powi(-11) + 2f64.powi(-40);
    assert_eq!((above as f32).parts().magnitude_of(&F16), 0x3c00);
    assert_eq!(above.parts().magnitude_of(&F16), 0x3c01);
    assert_eq!((1.0 + 2f64.powi(-8) + 2f64.powi(-50)).parts().magnitude_of(&BF16), 0x3f81);
    assert_eq!((1.0 + 2f64.powi(-4) + 2f64.powi(-50)).parts().magnitude_of(&E4M3), 0x39);
    assert_eq!((1.0 + 2f64.powi(-3) + 2f64.powi(-50)).parts().magnitude_of(&E5M2), 0x3d);
    let bits = 0xfff4_0000_0000_0001;
    assert_eq!(F16.round(&f64::from_bits(bits).parts(), false), 0xff00, "a NaN keeps its sign and payload");
}

impl super::Parts {
    fn magnitude_of(&self, format: &Format) -> u16 {
        format.round(self, false)
    }
}
