//! The element types of buffers and the scalars of calls.

use bytemuck::Pod;
use num_complex::Complex;
use std::fmt;

pub use half::{bf16, f16};

/// A complex number of two `f32`: real, imaginary.
#[allow(non_camel_case_types)]
pub type c64 = Complex<f32>;

/// A complex number of two `f64`: real, imaginary.
#[allow(non_camel_case_types)]
pub type c128 = Complex<f64>;

/// The type of a buffer's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Dtype {
    F16,
    BF16,
    F32,
    F64,
    C64,
    C128,
    U8,
    U16,
    U32,
    I32,
    U64,
    I64,
}

/// Hands every element type, by its tag and its name in Rust, to another macro.
macro_rules! each_element {
    ($macro:ident) => {
        $macro!(
            F16 f16, BF16 bf16, F32 f32, F64 f64, C64 c64, C128 c128, U8 u8, U16 u16, U32 u32, I32 i32, U64 u64, I64 i64
        );
    };
}
pub(crate) use each_element;

impl Dtype {
    /// The name as Rust spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::BF16 => "bf16",
            Self::C64 => "c64",
            Self::C128 => "c128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
        }
    }

    /// The bytes of an element.
    pub fn size(self) -> u64 {
        match self {
            Self::U8 => 1,
            Self::F16 | Self::BF16 | Self::U16 => 2,
            Self::F32 | Self::U32 | Self::I32 => 4,
            Self::F64 | Self::C64 | Self::U64 | Self::I64 => 8,
            Self::C128 => 16,
        }
    }

    /// The smallest positive number it holds, subnormal; 0 for integers.
    pub fn smallest(self) -> f64 {
        match self {
            Self::F16 => 2f64.powi(-24),
            Self::BF16 => 2f64.powi(-133),
            Self::F32 | Self::C64 => 2f64.powi(-149),
            Self::F64 | Self::C128 => f64::from_bits(1),
            _ => 0.0,
        }
    }

    /// The unit roundoff of the numbers it holds; 0 for integers, which are exact.
    pub fn roundoff(self) -> f64 {
        match self {
            Self::F16 => 2f64.powi(-11),
            Self::BF16 => 2f64.powi(-8),
            Self::F32 | Self::C64 => 2f64.powi(-24),
            Self::F64 | Self::C128 => 2f64.powi(-53),
            _ => 0.0,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A type that a buffer can hold.
pub trait Element: Pod + PartialEq + fmt::Debug + Send + Sync {
    /// The type's tag.
    const DTYPE: Dtype;

    /// The numbers it holds, as doubles: one, or a real and an imaginary part.
    fn doubles(self) -> impl Iterator<Item = f64>;
}

/// A floating-point [`Element`]: `f16` and `bf16` are for storage, arithmetic is done in wider types.
pub trait Float: Element + Into<f64> {
    /// The number of this type nearest to a double.
    fn nearest(x: f64) -> Self;
}

/// A [`Float`] that arithmetic is done in.
pub trait Real: Float + num_traits::Float {
    /// The next number above this one.
    #[must_use]
    fn next_above(self) -> Self;
}

/// A number passed by value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum Scalar {
    F32(f32),
    F64(f64),
    U8(u8),
    U16(u16),
    U32(u32),
    I32(i32),
    U64(u64),
    I64(i64),
}

impl Scalar {
    /// The value as a quantity of the declaration's expressions; a float has none and counts as 0.
    pub fn quantity(self) -> u64 {
        match self {
            Self::F32(_) | Self::F64(_) => 0,
            Self::U8(x) => x.into(),
            Self::U16(x) => x.into(),
            Self::U32(x) => x.into(),
            Self::I32(x) => x as u64,
            Self::U64(x) => x,
            Self::I64(x) => x as u64,
        }
    }

    /// The value's bytes as a kernel argument, little end first.
    pub fn word(self) -> u64 {
        match self {
            Self::F32(x) => x.to_bits().into(),
            Self::F64(x) => x.to_bits(),
            other => other.quantity(),
        }
    }
}

macro_rules! elements {
    ($($rust:ident $tag:ident),*) => {
        impl Scalar {
            /// The value as a double.
            #[allow(clippy::cast_lossless)] // As in `doubles`.
            pub fn double(self) -> f64 {
                match self {
                    $(Self::$tag(x) => x as f64,)*
                }
            }

            /// Its type.
            pub fn dtype(self) -> Dtype {
                match self {
                    $(Self::$tag(_) => Dtype::$tag,)*
                }
            }
        }

        impl Dtype {
            /// The number a text spells, in this type; none where no number of the type is passed by value.
            pub fn parse(self, text: &str) -> Option<Scalar> {
                match self {
                    $(Self::$tag => text.parse().ok().map(Scalar::$tag),)*
                    Self::F16 | Self::BF16 | Self::C64 | Self::C128 => None,
                }
            }
        }
        $(
        impl Element for $rust {
            const DTYPE: Dtype = Dtype::$tag;

            #[allow(clippy::cast_lossless)] // One spelling for integers that fit and those that do not.
            fn doubles(self) -> impl Iterator<Item = f64> {
                std::iter::once(self as f64)
            }
        }
        impl From<$rust> for Scalar {
            fn from(x: $rust) -> Self {
                Self::$tag(x)
            }
        }
        impl TryFrom<Scalar> for $rust {
            type Error = Scalar;
            fn try_from(x: Scalar) -> Result<Self, Scalar> {
                if let Scalar::$tag(x) = x { Ok(x) } else { Err(x) }
            }
        }
    )*};
}
elements!(f32 F32, f64 F64, u8 U8, u16 U16, u32 U32, i32 I32, u64 U64, i64 I64);

macro_rules! halves {
    ($($rust:ident $tag:ident),*) => {$(
        impl Element for $rust {
            const DTYPE: Dtype = Dtype::$tag;

            fn doubles(self) -> impl Iterator<Item = f64> {
                std::iter::once(self.to_f64())
            }
        }

        impl Float for $rust {
            fn nearest(x: f64) -> Self {
                Self::from_f64(x)
            }
        }
    )*};
}
halves!(f16 F16, bf16 BF16);

macro_rules! complexes {
    ($($rust:ident $tag:ident),*) => {$(
        impl Element for $rust {
            const DTYPE: Dtype = Dtype::$tag;

            fn doubles(self) -> impl Iterator<Item = f64> {
                [self.re, self.im].into_iter().map(f64::from)
            }
        }
    )*};
}
complexes!(c64 C64, c128 C128);

macro_rules! reals {
    ($($rust:ident),*) => {$(
        impl Float for $rust {
            fn nearest(x: f64) -> Self {
                x as $rust
            }
        }

        impl Real for $rust {
            fn next_above(self) -> Self {
                self.next_up()
            }
        }
    )*};
}
reals!(f32, f64);
