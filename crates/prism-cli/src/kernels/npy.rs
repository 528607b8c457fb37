//! Arguments of kernels as NPY files.
//!
//! `bf16`, which NPY has no name for, is written as the `u16` of its bits.

use crate::exit::Usage;
use anyhow::Result;
use ndarray::ArrayD;
use ndarray_npy::{ReadDataError, ReadableElement, WritableElement, WriteDataError, read_npy, write_npy};
use prism_device::conformance::Value;
use prism_device::{Dtype, bf16, f16};
use py_literal::Value as Descriptor;
use std::io::{Read, Write};
use std::path::Path;

/// An `f16` as NPY has it.
#[derive(Clone, Copy)]
struct Half(f16);

const HALF: &str = "<f2";

impl ReadableElement for Half {
    fn read_to_end_exact_vec<R: Read>(
        reader: R,
        descriptor: &Descriptor,
        len: usize,
    ) -> Result<Vec<Self>, ReadDataError> {
        if *descriptor != Descriptor::String(HALF.into()) {
            return Err(ReadDataError::WrongDescriptor(descriptor.clone()));
        }
        let words = u16::read_to_end_exact_vec(reader, &Descriptor::String("<u2".into()), len)?;
        Ok(words.into_iter().map(|word| Self(f16::from_bits(word))).collect())
    }
}

impl WritableElement for Half {
    fn type_descriptor() -> Descriptor {
        Descriptor::String(HALF.into())
    }

    fn write<W: Write>(&self, writer: W) -> Result<(), WriteDataError> {
        self.0.to_bits().write(writer)
    }

    fn write_slice<W: Write>(slice: &[Self], writer: W) -> Result<(), WriteDataError> {
        let words: Vec<u16> = slice.iter().map(|half| half.0.to_bits()).collect();
        u16::write_slice(&words, writer)
    }
}

macro_rules! npy {
    ($($tag:ident $read:expr, $write:expr;)*) => {
        /// The array of a file, whose elements must be of `dtype`.
        pub fn read(path: &Path, dtype: Dtype) -> Result<Value> {
            let refused = |error| Usage(format!("{} as {dtype}: {error}", path.display()));
            Ok(match dtype {
                $(Dtype::$tag => {
                    let array: ArrayD<_> = read_npy(path).map_err(refused)?;
                    Value::$tag(array.shape().to_vec(), array.iter().copied().map($read).collect())
                })*
            })
        }

        /// Writes an array.
        pub fn write(path: &Path, value: &Value) -> Result<()> {
            match value {
                Value::Scalar(_) => unreachable!("outputs are buffers"),
                $(Value::$tag(shape, data) => {
                    let array = ArrayD::from_shape_vec(shape.as_slice(), data.iter().copied().map($write).collect())?;
                    write_npy(path, &array).map_err(|e| Usage(format!("{}: {e}", path.display())).into())
                })*
            }
        }
    };
}
npy! {
    F16 |half: Half| half.0, Half;
    BF16 bf16::from_bits, bf16::to_bits;
    F32 |x| x, |x| x;
    F64 |x| x, |x| x;
    C64 |x| x, |x| x;
    C128 |x| x, |x| x;
    U8 |x| x, |x| x;
    U16 |x| x, |x| x;
    U32 |x| x, |x| x;
    I32 |x| x, |x| x;
    U64 |x| x, |x| x;
    I64 |x| x, |x| x;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_comes_back_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        for value in [
            Value::F16(vec![2], vec![f16::MAX, f16::from_bits(1)]),
            Value::BF16(vec![1, 2], vec![bf16::MIN, bf16::EPSILON]),
            Value::C64(vec![2], vec![prism_device::c64::new(1.0, -2.0); 2]),
            Value::U8(vec![0], vec![]),
            Value::I64(vec![1], vec![i64::MIN]),
        ] {
            write(&path, &value).unwrap();
            assert_eq!(read(&path, value.dtype()).unwrap(), value);
        }
        let error = read(&path, Dtype::F16).unwrap_err().to_string();
        assert!(error.contains("x.npy as f16"), "{error}");
    }
}
