//! The element types of buffers and the scalars of calls.

use std::fmt;

/// The type of a buffer's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Dtype {
    F32,
    F64,
    U8,
    U16,
    U32,
    I32,
    U64,
    I64,
}

impl Dtype {
    /// The name as Rust spells it.
    pub fn name(self) -> &'static str {
        match self {
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
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A type that a buffer can hold.
pub trait Element:
    cudarc::driver::DeviceRepr
    + cudarc::driver::ValidAsZeroBits
    + num_traits::Num
    + num_traits::ToPrimitive
    + Copy
    + PartialOrd
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// The type's tag.
    const DTYPE: Dtype;
}

/// A floating-point [`Element`].
pub trait Real: Element + num_traits::Float + Into<f64> {
    /// The number of this type nearest to a double.
    fn nearest(x: f64) -> Self;
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
        impl Dtype {
            /// The number a text spells, in this type.
            pub fn parse(self, text: &str) -> Option<Scalar> {
                match self {
                    $(Self::$tag => text.parse().ok().map(Scalar::$tag),)*
                }
            }
        }
        $(
        impl Element for $rust {
            const DTYPE: Dtype = Dtype::$tag;
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
impl Real for f32 {
    fn nearest(x: f64) -> Self {
        x as f32
    }

    fn next_above(self) -> Self {
        self.next_up()
    }
}
impl Real for f64 {
    fn nearest(x: f64) -> Self {
        x
    }

    fn next_above(self) -> Self {
        self.next_up()
    }
}
