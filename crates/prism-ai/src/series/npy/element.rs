//! The types an array's values can have, and each value as `f64`.

/// A type of real numbers: `<f8`, `>i2`, `|b1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::series) struct Element {
    kind: Kind,
    /// Bytes a value.
    pub(super) width: usize,
    big: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
    Boolean,
}

impl Element {
    /// The type that `NumPy` writes as `text`; `None` when it is none of those read here.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (order, kind) = text.split_at_checked(1)?;
        let (kind, width) = match kind {
            "f8" => (Kind::Float, 8),
            "f4" => (Kind::Float, 4),
            "f2" => (Kind::Float, 2),
            "i8" => (Kind::Signed, 8),
            "i4" => (Kind::Signed, 4),
            "i2" => (Kind::Signed, 2),
            "i1" => (Kind::Signed, 1),
            "u8" => (Kind::Unsigned, 8),
            "u4" => (Kind::Unsigned, 4),
            "u2" => (Kind::Unsigned, 2),
            "u1" => (Kind::Unsigned, 1),
            "b1" => (Kind::Boolean, 1),
            _ => return None,
        };
        let big = match order {
            "<" | "=" => false,
            "|" if width == 1 => false,
            ">" => true,
            _ => return None,
        };
        Some(Self { kind, width, big })
    }

    /// The value that `bytes [width]` hold; whole numbers beyond 2⁵³ are rounded.
    #[inline]
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let mut raw = [0; 8];
        raw[..self.width].copy_from_slice(bytes);
        if self.big {
            raw[..self.width].reverse();
        }
        let bits = u64::from_le_bytes(raw);
        let unused = 64 - 8 * self.width;
        match (self.kind, self.width) {
            (Kind::Float, 2) => half(bits as u16),
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            (Kind::Signed, _) => ((bits << unused) as i64 >> unused) as f64,
            (Kind::Unsigned, _) => bits as f64,
            (Kind::Boolean, _) => f64::from(u8::from(bits != 0)),
        }
    }
}

/// The value of a number of half precision (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_in_either_order_holds_its_value() {
        let check = |text: &str, little: &[u8], value: f64| {
            let mut bytes = little.to_vec();
            assert_eq!(Element::of(&format!("<{text}")).unwrap().value(&bytes).to_bits(), value.to_bits(), "{text}");
            bytes.reverse();
            assert_eq!(Element::of(&format!(">{text}")).unwrap().value(&bytes).to_bits(), value.to_bits(), "{text}");
        };
        check("f8", &(-0.1_f64).to_le_bytes(), -0.1);
        check("f4", &(-0.1_f32).to_le_bytes(), f64::from(-0.1_f32));
        for (bits, value) in
            [(0xbc00_u16, -1.0), (0x7bff, 65504.0), (1, 2f64.powi(-24)), (0x8000, -0.0), (0x3555, 0.333_251_953_125)]
        {
            check("f2", &bits.to_le_bytes(), value);
        }
        check("f2", &0x7c00_u16.to_le_bytes(), f64::INFINITY);
        assert!(half(0x7c01).is_nan());
        check("i8", &i64::MIN.to_le_bytes(), -9_223_372_036_854_775_808.0);
        check("i4", &i32::MIN.to_le_bytes(), -2_147_483_648.0);
        check("i2", &(-2_i16).to_le_bytes(), -2.0);
        check("i1", &(-3_i8).to_le_bytes(), -3.0);
        check("u8", &(1_u64 << 63).to_le_bytes(), 9_223_372_036_854_775_808.0);
        check("u4", &u32::MAX.to_le_bytes(), 4_294_967_295.0);
        check("u2", &40_000_u16.to_le_bytes(), 40_000.0);
        check("u1", &[200], 200.0);
        check("b1", &[1], 1.0);
        check("b1", &[0], 0.0);
    }

    #[test]
    fn other_types_are_none() {
        for text in ["", "f8", "<f16", "<c16", "<U4", "|O", "|f8", "<m8[ns]", "é8", "|S1"] {
            assert_eq!(Element::of(text), None, "{text}");
        }
        assert!(Element::of("|b1").is_some() && Element::of("=f8").is_some());
    }
}
