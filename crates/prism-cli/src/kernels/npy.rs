//! Arguments of kernels as NPY files.
//!
//! `bf16`, which NPY has no name for, is written as the `u16` of its bits.

use crate::exit::Usage;
use anyhow::Result;
use ndarray::ArrayD;
use ndarray_npy::{
    ReadDataError, ReadNpyError, ReadableElement, WritableElement, WriteDataError, WriteNpyError, read_npy, write_npy,
    write_zeroed_npy,
};
use prism_ai::series::{NpyHeader, npy_header};
use prism_device::conformance::Value;
use prism_device::{Dtype, bf16, c64, c128, f16};
use py_literal::Value as Descriptor;
use std::fs::File;
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
        Ok(words(reader, descriptor, &[HALF], len)?.into_iter().map(|word| Self(f16::from_bits(word))).collect())
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

/// A `bf16` as `ml_dtypes` writes it: two bytes that no other library knows.
#[derive(Clone, Copy)]
struct Brain(bf16);

impl ReadableElement for Brain {
    fn read_to_end_exact_vec<R: Read>(
        reader: R,
        descriptor: &Descriptor,
        len: usize,
    ) -> Result<Vec<Self>, ReadDataError> {
        Ok(words(reader, descriptor, &["<V2", "|V2"], len)?
            .into_iter()
            .map(|word| Self(bf16::from_bits(word)))
            .collect())
    }
}

/// The words of elements of two bytes, if the file gives their type one of these names.
fn words<R: Read>(reader: R, descriptor: &Descriptor, names: &[&str], len: usize) -> Result<Vec<u16>, ReadDataError> {
    if !names.iter().any(|name| *descriptor == Descriptor::String((*name).into())) {
        return Err(ReadDataError::WrongDescriptor(descriptor.clone()));
    }
    u16::read_to_end_exact_vec(reader, &Descriptor::String("<u2".into()), len)
}

/// What a file says of its array, when it is as long as it says.
pub fn header(path: &Path) -> Result<NpyHeader, Usage> {
    npy_header(path).map_err(|error| Usage(error.to_string()))
}

/// The array of a file, in the type the file says. Truth values become the bytes 0 and 1.
pub fn read(path: &Path) -> Result<Value, Usage> {
    header(path)?;
    let refused = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", path.display()));
    let mut unknown = None;
    for attempt in READERS {
        match attempt(path) {
            Ok(value) => return Ok(value),
            Err(ReadNpyError::WrongDescriptor(descriptor)) => unknown = Some(descriptor),
            Err(error) => return Err(refused(&error)),
        }
    }
    let descriptor = unknown.map_or(String::new(), |d| d.to_string());
    Err(refused(&format!("elements of type {descriptor} are none that a kernel takes; convert them with astype")))
}

type Reader = fn(&Path) -> Result<Value, ReadNpyError>;

fn array<A: ReadableElement + Copy, T>(
    path: &Path,
    element: fn(A) -> T,
    value: fn(Vec<usize>, Vec<T>) -> Value,
) -> Result<Value, ReadNpyError> {
    let array: ArrayD<A> = read_npy(path)?;
    Ok(value(array.shape().to_vec(), array.iter().copied().map(element).collect()))
}

/// The name that a file gives to what is written of an element.
fn type_of<T, A: WritableElement>(_: fn(T) -> A) -> Descriptor {
    A::type_descriptor()
}

fn zeroed<T, A: WritableElement>(_: fn(T) -> A, file: &File, shape: &[usize]) -> Result<(), WriteNpyError> {
    write_zeroed_npy::<A, _>(file, shape)
}

macro_rules! npy {
    ($($tag:ident $read:expr, $write:expr;)*) => {
        /// One for each type that a file can have.
        const READERS: &[Reader] = &[
            $(|path| array(path, $read, Value::$tag),)*
            |path| array(path, |brain: Brain| brain.0, Value::BF16),
            |path| array(path, u8::from as fn(bool) -> u8, Value::U8),
        ];

        /// The element type whose values a file holds as this machine does, by the name that the file gives it.
        pub fn dtype(kind: &str) -> Option<Dtype> {
            let is = |descriptor: Descriptor| descriptor == Descriptor::String(kind.into());
            match kind {
                "<V2" | "|V2" => Some(Dtype::BF16),
                $(_ if is(type_of($write)) => Some(Dtype::$tag),)*
                _ => None,
            }
        }

        /// Makes `file` that of an array of zeros; the bytes before them.
        pub fn begin(file: &File, dtype: Dtype, shape: &[usize]) -> Result<u64, WriteNpyError> {
            match dtype {
                Dtype::BF16 => zeroed(|x: u16| x, file, shape)?,
                $(Dtype::$tag => zeroed($write, file, shape)?,)*
            }
            let values = shape.iter().product::<usize>() as u64 * dtype.size();
            Ok(file.metadata()?.len() - values)
        }

        /// Writes an array.
        pub fn write(path: &Path, value: &Value) -> Result<()> {
            match value {
                Value::Scalar(_) => unreachable!("outputs are buffers"),
                Value::BF16(shape, data) => {
                    write(path, &Value::U16(shape.clone(), data.iter().map(|x| x.to_bits()).collect()))
                }
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
    F32 |x: f32| x, |x: f32| x;
    F64 |x: f64| x, |x: f64| x;
    C64 |x: c64| x, |x: c64| x;
    C128 |x: c128| x, |x: c128| x;
    U8 |x: u8| x, |x: u8| x;
    U16 |x: u16| x, |x: u16| x;
    U32 |x: u32| x, |x: u32| x;
    I32 |x: i32| x, |x: i32| x;
    U64 |x: u64| x, |x: u64| x;
    I64 |x: i64| x, |x: i64| x;
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
            Value::C64(vec![2], vec![c64::new(1.0, -2.0); 2]),
            Value::U8(vec![0], vec![]),
            Value::I64(vec![1], vec![i64::MIN]),
        ] {
            write(&path, &value).unwrap();
            assert_eq!(read(&path).unwrap(), value);
        }
    }

    #[test]
    fn bf16_is_written_as_its_bits_and_read_as_ml_dtypes_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        write(&path, &Value::BF16(vec![1], vec![bf16::MIN])).unwrap();
        assert_eq!(read(&path).unwrap(), Value::U16(vec![1], vec![bf16::MIN.to_bits()]));
        let written = std::fs::read(&path).unwrap();
        let at = written.windows(3).position(|w| w == b"<u2").unwrap();
        let mut void = written;
        void[at + 1] = b'V';
        std::fs::write(&path, void).unwrap();
        assert_eq!(read(&path).unwrap(), Value::BF16(vec![1], vec![bf16::MIN]));
    }

    #[test]
    fn files_that_are_not_what_they_say_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        write(&path, &Value::F32(vec![4], vec![0.5; 4])).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let said = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read(&path).unwrap_err().0.replace(&path.display().to_string(), "x.npy")
        };
        let cut = "x.npy: the file ends within the header; it is cut short";
        assert_eq!((said(&whole[..5]), said(&whole[..100])), (cut.into(), cut.into()));
        assert!(said(b"1,2,3,4,5,6,7,8,9").starts_with("x.npy: this is no NumPy array"));
        let what = "x.npy: the header claims 16 bytes of values ([4] of 4 bytes each) and there are 15; \
                    the file is cut short or damaged";
        assert_eq!(said(&whole[..whole.len() - 1]), what);
        let claim = String::from_utf8_lossy(&whole[10..128]).replace("(4,)}      ", "(4000000000,)}");
        assert!(said(&[&whole[..10], claim.as_bytes(), &whole[128..]].concat()).contains("16000000000 bytes"));
    }

    #[test]
    fn truth_values_are_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npy");
        write_npy(&path, &ndarray::array![true, false]).unwrap();
        assert_eq!(read(&path).unwrap(), Value::U8(vec![2], vec![1, 0]));
    }
}
