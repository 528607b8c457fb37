//! Arguments of any element type: on the host, and on a device.

use crate::dtype::each_element;
use crate::{Access, AnyBuffer, Arg, Buffer, Device, Dtype, Element, ParamKind, Result, Scalar};
use crate::{Float, bf16, c64, c128, f16};
use rayon::prelude::*;

/// One argument on the host.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Scalar(Scalar),
    F16(Vec<usize>, Vec<f16>),
    BF16(Vec<usize>, Vec<bf16>),
    F32(Vec<usize>, Vec<f32>),
    F64(Vec<usize>, Vec<f64>),
    C64(Vec<usize>, Vec<c64>),
    C128(Vec<usize>, Vec<c128>),
    U8(Vec<usize>, Vec<u8>),
    U16(Vec<usize>, Vec<u16>),
    U32(Vec<usize>, Vec<u32>),
    I32(Vec<usize>, Vec<i32>),
    U64(Vec<usize>, Vec<u64>),
    I64(Vec<usize>, Vec<i64>),
}

/// One argument on a device.
#[allow(missing_docs)]
pub enum Uploaded {
    Scalar(Scalar),
    F16(Buffer<f16>),
    BF16(Buffer<bf16>),
    F32(Buffer<f32>),
    F64(Buffer<f64>),
    C64(Buffer<c64>),
    C128(Buffer<c128>),
    U8(Buffer<u8>),
    U16(Buffer<u16>),
    U32(Buffer<u32>),
    I32(Buffer<i32>),
    U64(Buffer<u64>),
    I64(Buffer<i64>),
}

impl Value {
    /// The numbers in another type, each the nearest there is; none where an integer would not be one of that type, or a
    /// complex number would lose its imaginary part.
    pub fn converted(&self, to: Dtype) -> Option<Self> {
        let (wide, shape) = (self.doubles(), self.shape().to_vec());
        let is_complex = matches!(self.dtype(), Dtype::C64 | Dtype::C128);
        let pairs = || wide.chunks(if is_complex { 2 } else { 1 }).map(|z| (z[0], z.get(1).copied().unwrap_or(0.0)));
        match to {
            Dtype::C64 => {
                return Some(Self::C64(shape, pairs().map(|(re, im)| c64::new(re as f32, im as f32)).collect()));
            }
            Dtype::C128 => return Some(Self::C128(shape, pairs().map(|(re, im)| c128::new(re, im)).collect())),
            _ if is_complex => return None,
            Dtype::F16 => return Some(Self::F16(shape, wide.into_iter().map(f16::nearest).collect())),
            Dtype::BF16 => return Some(Self::BF16(shape, wide.into_iter().map(bf16::nearest).collect())),
            Dtype::F32 => return Some(Self::F32(shape, wide.into_iter().map(|x| x as f32).collect())),
            Dtype::F64 => return Some(Self::F64(shape, wide)),
            _ => {}
        }
        let whole = self.whole()?;
        Some(match to {
            Dtype::U8 => Self::U8(shape, all(whole)?),
            Dtype::U16 => Self::U16(shape, all(whole)?),
            Dtype::U32 => Self::U32(shape, all(whole)?),
            Dtype::I32 => Self::I32(shape, all(whole)?),
            Dtype::U64 => Self::U64(shape, all(whole)?),
            _ => Self::I64(shape, all(whole)?),
        })
    }

    /// The elements, if they are integers.
    fn whole(&self) -> Option<Vec<i128>> {
        Some(match self {
            Self::U8(_, data) => wide(data),
            Self::U16(_, data) => wide(data),
            Self::U32(_, data) => wide(data),
            Self::I32(_, data) => wide(data),
            Self::U64(_, data) => wide(data),
            Self::I64(_, data) => wide(data),
            _ => return None,
        })
    }
}

fn wide<I: Copy + Into<i128>>(data: &[I]) -> Vec<i128> {
    data.iter().map(|&x| x.into()).collect()
}

/// The same integers in another type, if it has all of them.
fn all<I: TryFrom<i128>>(whole: Vec<i128>) -> Option<Vec<I>> {
    whole.into_iter().map(|x| I::try_from(x).ok()).collect()
}

macro_rules! per_type {
    ($($tag:ident $rust:ident),*) => {
        impl Value {
            pub(crate) fn upload(&self, device: &Device) -> Result<Uploaded> {
                Ok(match self {
                    Self::Scalar(s) => Uploaded::Scalar(*s),
                    $(Self::$tag(shape, data) => Uploaded::$tag(device.upload(data, shape)?),)*
                })
            }

            /// The array on a device.
            ///
            /// # Errors
            /// Out of memory.
            pub fn boxed(&self, device: &Device) -> Result<Box<dyn AnyBuffer>> {
                Ok(match self {
                    Self::Scalar(_) => unreachable!("a number is no array"),
                    $(Self::$tag(shape, data) => Box::new(device.upload(data, shape)?),)*
                })
            }

            /// A copy of a buffer on the host.
            ///
            /// # Errors
            /// A kernel asked for before failed.
            pub fn of(buffer: &dyn AnyBuffer) -> Result<Self> {
                Ok(match buffer.dtype() {
                    $(Dtype::$tag => {
                        let typed = buffer.as_any().downcast_ref::<Buffer<$rust>>().expect("a buffer of its type");
                        Self::$tag(buffer.shape().to_vec(), typed.download()?)
                    })*
                })
            }

            /// Zeros.
            pub fn zeros(dtype: Dtype, shape: Vec<usize>) -> Self {
                let len = shape.iter().product();
                match dtype {
                    $(Dtype::$tag => Self::$tag(shape, vec![Default::default(); len]),)*
                }
            }

            /// The type of the elements.
            pub fn dtype(&self) -> Dtype {
                match self {
                    Self::Scalar(scalar) => scalar.dtype(),
                    $(Self::$tag(..) => Dtype::$tag,)*
                }
            }

            /// The extents; empty for a scalar.
            pub fn shape(&self) -> &[usize] {
                match self {
                    Self::Scalar(_) => &[],
                    $(Self::$tag(shape, _) => shape,)*
                }
            }

            /// The elements as doubles; empty for a scalar.
            pub fn doubles(&self) -> Vec<f64> {
                match self {
                    Self::Scalar(_) => Vec::new(),
                    $(Self::$tag(_, data) => data.par_iter().flat_map_iter(|x| x.doubles()).collect(),)*
                }
            }
        }

        impl Uploaded {
            pub(crate) fn arg(&mut self, param: &crate::Param) -> Arg<'_> {
                let input = matches!(param.kind, ParamKind::Buffer { access: Access::In, .. });
                match self {
                    Self::Scalar(s) => Arg::Scalar(*s),
                    $(Self::$tag(buffer) => if input { Arg::In(buffer) } else { Arg::Out(buffer) },)*
                }
            }

            /// A buffer of whatever type; none where it is only lent.
            pub fn owned(buffer: Box<dyn AnyBuffer + '_>) -> Option<Self> {
                match buffer.dtype() {
                    $(Dtype::$tag => buffer.into_any().downcast().ok().map(|buffer| Self::$tag(*buffer)),)*
                }
            }

            /// The buffer, of whatever type.
            pub fn boxed(self) -> Box<dyn AnyBuffer> {
                match self {
                    Self::Scalar(_) => unreachable!("a number is no array"),
                    $(Self::$tag(buffer) => Box::new(buffer),)*
                }
            }

            /// The buffer, lent to a call.
            pub fn lent(&self) -> Box<dyn AnyBuffer + '_> {
                match self {
                    Self::Scalar(_) => unreachable!("a number is no array"),
                    $(Self::$tag(buffer) => Box::new(buffer),)*
                }
            }

            /// The bytes it holds.
            pub fn bytes(&self) -> usize {
                match self {
                    Self::Scalar(_) => 0,
                    $(Self::$tag(buffer) => buffer.bytes(),)*
                }
            }

            pub(crate) fn download(&self) -> Result<Value> {
                Ok(match self {
                    Self::Scalar(s) => Value::Scalar(*s),
                    $(Self::$tag(buffer) => Value::$tag(buffer.shape().to_vec(), buffer.download()?),)*
                })
            }
        }
    };
}
each_element!(per_type);
