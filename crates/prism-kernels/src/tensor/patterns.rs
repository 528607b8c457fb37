//! Bit patterns for conversions to be checked with.

use prism_device::conformance::{Case, Value};
use prism_device::{bf16, f16};

/// Arguments of a rounding. More than 2²⁰ − 1 elements a row are every pattern of the upper twenty bits: all numbers of
/// narrower formats and all that lie halfway between two of them, or, when 2²⁰ + 1 or 2²⁰ + 3 are asked for, their
/// neighbours above or below. Fewer are spread over all patterns.
pub(super) fn of_wide(case: &mut Case) {
    positive_scales(case);
    if is_bench(case) {
        return;
    }
    let n = case.quantity("n");
    let step = match n {
        1_048_576 => 0,
        1_048_577 => 1,
        _ => -1i32,
    };
    let pattern = |i: usize| match n {
        1_048_576.. => ((i as u32) << 12).wrapping_add_signed(step),
        _ => spread(i),
    };
    match case.value("x") {
        Value::F32(_, x) => x.iter_mut().enumerate().for_each(|(i, x)| *x = f32::from_bits(pattern(i))),
        Value::F64(_, x) => x.iter_mut().enumerate().for_each(|(i, x)| {
            let bits = f64::from(f32::from_bits(pattern(i) & !0xfff)).to_bits();
            *x = f64::from_bits(bits.wrapping_add_signed(step.into()));
        }),
        _ => unreachable!("x holds f32 or f64"),
    }
}

/// Arguments of a widening: every code, where there are places enough.
pub(super) fn of_narrow(case: &mut Case) {
    positive_scales(case);
    if is_bench(case) {
        return;
    }
    let few = case.quantity("n") < 65_536;
    let pattern = |i: usize| if few { (spread(i) >> 16) as u16 } else { i as u16 };
    match case.value("x") {
        Value::F16(_, x) => x.iter_mut().enumerate().for_each(|(i, x)| *x = f16::from_bits(pattern(i))),
        Value::BF16(_, x) => x.iter_mut().enumerate().for_each(|(i, x)| *x = bf16::from_bits(pattern(i))),
        Value::U8(_, x) => x.iter_mut().enumerate().for_each(|(i, x)| *x = i as u8),
        _ => unreachable!("x holds sixteen or eight bits"),
    }
}

/// Whether there are more elements than any check has: they stay the ordinary numbers that users have.
fn is_bench(case: &Case) -> bool {
    case.quantity("r") * case.quantity("n") > 1 << 22
}

/// Zeros, infinities, NaN, the ends of the formats, and patterns of a multiplicative hash between them.
fn spread(i: usize) -> u32 {
    const EDGES: [u32; 12] = [
        0,
        0x8000_0000,
        0x7f80_0000,
        0xff80_0000,
        0x7fa0_0001,
        0xffc0_0000,
        0x477f_efff,
        0x477f_f000,
        0x43e8_0000,
        0x43e8_0001,
        0x7f7f_ffff,
        1,
    ];
    if i.is_multiple_of(3) { EDGES[i / 3 % EDGES.len()] } else { (i as u32).wrapping_mul(2_654_435_761) }
}

fn positive_scales(case: &mut Case) {
    case.change("scale", |scale| scale.iter_mut().for_each(|s| *s = s.abs() + 0.125));
}
