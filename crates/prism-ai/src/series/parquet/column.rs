//! One column of a Parquet table, value by value through all row groups.

use std::fs::File;

use parquet::basic::ConvertedType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::damaged;
use crate::series::source::Source;
use crate::series::trials::Trials;
use crate::series::words::quoted;
use crate::{Error, Result};

/// The rows decoded at once; memory follows what is there and never the count that the file claims.
const BATCH: usize = 1 << 16;

/// A column and where to read it.
pub(super) struct Column<'a> {
    source: Source<'a>,
    file: &'a SerializedFileReader<File>,
    descriptor: &'a ColumnDescriptor,
    index: usize,
}

impl<'a> Column<'a> {
    pub(super) fn new(
        source: Source<'a>,
        file: &'a SerializedFileReader<File>,
        descriptor: &'a ColumnDescriptor,
        index: usize,
    ) -> Self {
        Self { source, file, descriptor, index }
    }

    /// The values `[t]`, all finite; whole numbers beyond 2⁵³ are rounded.
    pub(super) fn numbers(&self) -> Result<Vec<f64>> {
        let mut values = Vec::new();
        let mut keep = |row, value: f64| {
            values.push(value);
            if value.is_finite() { Ok(()) } else { Err(self.infinite(row, value)) }
        };
        let unsigned = matches!(self.descriptor.converted_type(), ConvertedType::UINT_32 | ConvertedType::UINT_64);
        self.groups(|row, reader| match reader {
            ColumnReader::BoolColumnReader(bits) => self.drain(bits, row, |row, v| keep(row, f64::from(u8::from(*v)))),
            ColumnReader::Int32ColumnReader(ints) if unsigned => {
                self.drain(ints, row, |row, v| keep(row, f64::from(v.cast_unsigned())))
            }
            ColumnReader::Int64ColumnReader(ints) if unsigned => {
                self.drain(ints, row, |row, v| keep(row, v.cast_unsigned() as f64))
            }
            ColumnReader::Int32ColumnReader(ints) => self.drain(ints, row, |row, v| keep(row, f64::from(*v))),
            ColumnReader::Int64ColumnReader(ints) => self.drain(ints, row, |row, v| keep(row, *v as f64)),
            ColumnReader::FloatColumnReader(floats) => self.drain(floats, row, |row, v| keep(row, f64::from(*v))),
            ColumnReader::DoubleColumnReader(floats) => self.drain(floats, row, |row, v| keep(row, *v)),
            _ => Err(self.fault("the column is no column of numbers")),
        })?;
        Ok(values)
    }

    /// The trials that the values say, as text or whole numbers.
    pub(super) fn trials(&self) -> Result<Trials> {
        let mut trials = Trials::default();
        let mut push = |row, label: &[u8]| {
            trials.push(label, row).map_err(|returned| returned.fault(self.source, "row", " (from 0)"))
        };
        self.groups(|row, reader| match reader {
            ColumnReader::Int32ColumnReader(ints) => {
                self.drain(ints, row, |row, v| push(row, v.to_string().as_bytes()))
            }
            ColumnReader::Int64ColumnReader(ints) => {
                self.drain(ints, row, |row, v| push(row, v.to_string().as_bytes()))
            }
            ColumnReader::ByteArrayColumnReader(texts) => self.drain(texts, row, |row, v| push(row, v.data())),
            ColumnReader::FixedLenByteArrayColumnReader(texts) => self.drain(texts, row, |row, v| push(row, v.data())),
            _ => Err(self.fault("the labels of trials must be text or whole numbers")),
        })?;
        Ok(trials)
    }

    /// Hands the reader of each row group to `read` with the group's first row; `read` returns its rows.
    fn groups(&self, mut read: impl FnMut(usize, ColumnReader) -> Result<usize>) -> Result<()> {
        let mut row = 0;
        for group in 0..self.file.num_row_groups() {
            let reader = self.file.get_row_group(group).and_then(|group| group.get_column_reader(self.index));
            row += read(row, reader.map_err(|error| damaged(self.source, &error))?)?;
        }
        Ok(())
    }

    /// Hands every value to `each` with its row, the first being `first`; returns the number of rows.
    fn drain<T: DataType>(
        &self,
        mut reader: ColumnReaderImpl<T>,
        first: usize,
        mut each: impl FnMut(usize, &T::T) -> Result<()>,
    ) -> Result<usize> {
        let (mut values, mut levels, mut row) = (Vec::new(), Vec::new(), first);
        loop {
            values.clear();
            levels.clear();
            let read = reader.read_records(BATCH, Some(&mut levels), None, &mut values);
            let (rows, there, _) = read.map_err(|error| damaged(self.source, &error))?;
            if rows == 0 {
                return Ok(row - first);
            }
            if there < rows {
                return Err(self.null(row, &levels));
            }
            for value in &values {
                each(row, value)?;
                row += 1;
            }
        }
    }

    fn null(&self, first: usize, levels: &[i16]) -> Error {
        let full = self.descriptor.max_def_level();
        let row = first + levels.iter().position(|&level| level < full).unwrap_or_default();
        self.fault_in(row, "the value is null; every sample needs a value")
    }

    fn infinite(&self, row: usize, value: f64) -> Error {
        self.fault_in(
            row,
            &format!("the value is {value}; every value must be finite, fill or cut such samples before"),
        )
    }

    fn fault_in(&self, row: usize, what: &str) -> Error {
        self.source.fault_at(format!("row {row} (from 0), column {}", self.name()), what)
    }

    fn fault(&self, what: &str) -> Error {
        self.source.fault_at(format!("column {}", self.name()), what)
    }

    fn name(&self) -> String {
        quoted(&self.descriptor.path().string())
    }
}
