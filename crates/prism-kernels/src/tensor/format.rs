//! Floating-point formats of sixteen and eight bits, by their definition in integers.

use prism_device::{Element, bf16, f16};

/// A binary floating-point format of at most sixteen bits.
pub(super) struct Format {
    /// Bits of the fraction.
    fraction: u32,
    /// The exponent of the smallest normal number.
    least: i32,
    /// The bit of the sign.
    sign: u16,
    /// The code of the largest number.
    largest: u16,
    /// The code of what lies beyond it: infinity, or NaN where there is none.
    beyond: u16,
    /// The code of the quiet NaN.
    nan: u16,
    /// Whether a NaN keeps the upper bits of its payload.
    payload: bool,
}

/// IEEE 754 binary16.
pub(super) const F16: Format =
    Format { fraction: 10, least: -14, sign: 0x8000, largest: 0x7bff, beyond: 0x7c00, nan: 0x7e00, payload: true };
/// The upper half of IEEE 754 binary32.
pub(super) const BF16: Format =
    Format { fraction: 7, least: -126, sign: 0x8000, largest: 0x7f7f, beyond: 0x7f80, nan: 0x7fc0, payload: true };
/// Four bits of exponent, three of fraction, no infinity. Micikevicius 2022.
pub(super) const E4M3: Format =
    Format { fraction: 3, least: -6, sign: 0x80, largest: 0x7e, beyond: 0x7f, nan: 0x7f, payload: false };
/// Five bits of exponent, two of fraction. Micikevicius 2022.
pub(super) const E5M2: Format =
    Format { fraction: 2, least: -14, sign: 0x80, largest: 0x7b, beyond: 0x7c, nan: 0x7e, payload: false };

/// The eight-bit formats, in the order of their numbers.
pub(super) const EIGHT_BITS: [&Format; 2] = [&E4M3, &E5M2];

/// A binary floating-point number taken apart.
pub struct Parts {
    negative: bool,
    magnitude: Magnitude,
}

enum Magnitude {
    /// The payload, its uppermost bit first.
    Nan(u64),
    Infinite,
    /// significand·2^exponent.
    Finite(u64, i32),
}

/// A number that is rounded to a narrower format.
pub trait Wide: Element {
    /// Its sign, significand and exponent.
    fn parts(self) -> Parts;

    /// It divided by a scale; what is not a number then is the quiet NaN of its sign.
    #[must_use]
    fn over(self, scale: f32) -> Self;
}

/// A number of sixteen or eight bits.
pub trait Narrow: Element {
    /// Its bits.
    fn code(self) -> u16;
}

macro_rules! wide {
    ($($float:ident, $fraction:expr, $exponent:expr, $nan:expr);*) => {$(
        impl Wide for $float {
            fn parts(self) -> Parts {
                taken_apart(self.to_bits().into(), $fraction, $exponent)
            }

            fn over(self, scale: f32) -> Self {
                let quotient = self / Self::from(scale);
                let nan = Self::from_bits($nan | Self::to_bits(-0.0) & self.to_bits());
                if quotient.is_nan() { nan } else { quotient }
            }
        }
    )*};
}
wide!(f32, 23, 8, 0x7fc0_0000; f64, 52, 11, 0x7ff8_0000_0000_0000);

macro_rules! narrow {
    ($($element:ident, $code:expr);*) => {$(
        impl Narrow for $element {
            fn code(self) -> u16 {
                $code(self)
            }
        }
    )*};
}
narrow!(f16, f16::to_bits; bf16, bf16::to_bits; u8, u16::from);

/// The parts of an IEEE 754 number of so many bits of fraction and exponent.
fn taken_apart(bits: u64, fraction: u32, exponent: u32) -> Parts {
    let ones = |count: u32| (1u64 << count) - 1;
    let (below, biased) = (bits & ones(fraction), bits >> fraction & ones(exponent));
    let normal = u64::from(biased > 0) << fraction;
    let unit = biased.max(1) as i32 - (ones(exponent) >> 1) as i32 - fraction as i32;
    let magnitude = match (biased == ones(exponent), below) {
        (true, 0) => Magnitude::Infinite,
        (true, payload) => Magnitude::Nan(payload << (64 - fraction)),
        (false, _) => Magnitude::Finite(below | normal, unit),
    };
    Parts { negative: bits >> (fraction + exponent) & 1 == 1, magnitude }
}

impl Format {
    /// The code nearest to a number, the even one of two as near; beyond the largest, the largest where it saturates.
    pub(super) fn round(&self, x: &Parts, saturate: bool) -> u16 {
        let beyond = if saturate { self.largest } else { self.beyond };
        let magnitude = match x.magnitude {
            Magnitude::Nan(payload) if self.payload => self.nan | (payload >> (64 - self.fraction)) as u16,
            Magnitude::Nan(_) => self.nan,
            Magnitude::Infinite => beyond,
            Magnitude::Finite(significand, exponent) => match self.nearest(significand, exponent) {
                code if code > self.largest.into() => beyond,
                code => code as u16,
            },
        };
        if x.negative { magnitude | self.sign } else { magnitude }
    }

    /// The code nearest to significand·2^exponent, as if exponents had no upper end. Codes of one binade count multiples
    /// of its spacing; the next binade's follow on.
    fn nearest(&self, significand: u64, exponent: i32) -> u64 {
        let Some(top) = significand.checked_ilog2() else { return 0 };
        let binade = (top as i32 + exponent).max(self.least);
        let spacing = binade - self.fraction as i32;
        let multiples = divided(significand, (spacing - exponent) as u32);
        multiples + (((binade - self.least) as u64) << self.fraction)
    }

    /// The number a code stands for; a NaN is quiet.
    pub(super) fn value(&self, code: u16) -> f32 {
        let (sign, magnitude) = (code & self.sign, code & (self.sign - 1));
        let sign = if sign == 0 { 0 } else { 1 << 31 };
        f32::from_bits(sign | self.magnitude(magnitude).to_bits())
    }

    /// The number of a code times its scale, rounded once; what is not a number then is the quiet NaN of its sign.
    pub(super) fn scaled(&self, code: u16, scale: Option<f32>) -> f32 {
        let value = self.value(code);
        let Some(scale) = scale else { return value };
        let product = value * scale;
        if product.is_nan() { f32::from_bits(0x7fc0_0000 | (value.to_bits() & 1 << 31)) } else { product }
    }

    fn magnitude(&self, code: u16) -> f32 {
        let below = code & ((1 << self.fraction) - 1);
        if code <= self.largest {
            let binade = (code >> self.fraction).max(1);
            let normal = u16::from(code >> self.fraction > 0) << self.fraction;
            let spacing = self.least + i32::from(binade) - 1 - self.fraction as i32;
            return libm::ldexp((below | normal).into(), spacing) as f32;
        }
        if code == self.beyond && self.beyond != self.nan {
            return f32::INFINITY;
        }
        let payload = if self.payload { u32::from(below) << (23 - self.fraction) } else { 0 };
        f32::from_bits(0x7fc0_0000 | payload)
    }
}

/// x/2^shift rounded to an integer, ties to even; x is below 2⁵³ and shift at least 1.
fn divided(x: u64, shift: u32) -> u64 {
    let shift = shift.min(63);
    let (floor, rest, half) = (x >> shift, x & ((1 << shift) - 1), 1u64 << (shift - 1));
    floor + u64::from(rest > half || rest == half && floor % 2 == 1)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
