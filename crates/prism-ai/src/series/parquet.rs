//! Parquet tables: a channel a column of numbers.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::pick::Pick;
use super::source::Source;
use super::trials::Trials;
use super::words::quoted;
use super::{Orientation, ReadOptions, Series};
use crate::{Error, Result};

mod column;

use column::Column;

/// Reads the columns wanted, one after the other.
pub(super) fn read(source: Source, file: File, options: &ReadOptions) -> Result<Series> {
    if options.orientation == Orientation::Rows {
        return Err(Error::setting("--orientation", "a Parquet file has its channels in columns; leave it out"));
    }
    // The Parquet crate answers most damage with an error and some with a panic.
    let read = catch_unwind(AssertUnwindSafe(|| table(source, file, options)));
    read.unwrap_or_else(|_| Err(source.fault("the Parquet file is damaged; write it anew")))
}

fn table(source: Source, file: File, options: &ReadOptions) -> Result<Series> {
    let file = SerializedFileReader::new(file).map_err(|error| damaged(source, &error))?;
    let columns = file.metadata().file_metadata().schema_descr().columns().to_vec();
    let names: Vec<_> = columns.iter().map(|column| column.path().string()).collect();
    let pick = Pick::new(&names, options)?;
    let picked = pick.names(&names, source)?;
    for (name, &column) in picked.iter().zip(&pick.channels) {
        is_number(&columns[column]).map_err(|what| source.fault_at(format!("column {}", quoted(name)), what))?;
    }
    if file.metadata().row_groups().iter().all(|group| group.num_rows() == 0) {
        return Err(source.fault("the table has columns and no rows"));
    }
    let column = |index: usize| Column::new(source, &file, &columns[index], index);
    let values = pick.channels.iter().map(|&index| column(index).numbers()).collect::<Result<_>>()?;
    let trials = pick.trials.map(|index| column(index).trials()).transpose()?;
    source.series(picked, values, trials.as_ref().map(Trials::lengths))
}

/// Whether the column is a plain number, or why not.
fn is_number(column: &ColumnDescriptor) -> Result<(), String> {
    let mend = "leave it out with `--select`";
    if column.max_rep_level() > 0 {
        return Err(format!("the column holds lists; {mend}"));
    }
    if is_time(column) {
        return Err(format!("the column holds times; {mend}"));
    }
    match (column.physical_type(), column.converted_type()) {
        (_, ConvertedType::DECIMAL) => Err(format!("the column holds decimals; write it as DOUBLE, or {mend}")),
        (Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY, _) => Err(format!("the column holds text or bytes; {mend}")),
        _ => Ok(()),
    }
}

/// Whether the numbers of a column count time: by their logical type, by the older converted type, or by their 96 bits.
fn is_time(column: &ColumnDescriptor) -> bool {
    use ConvertedType::{DATE, TIME_MICROS, TIME_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_MILLIS};
    matches!(column.logical_type_ref(), Some(LogicalType::Timestamp(_) | LogicalType::Date | LogicalType::Time(_)))
        || [DATE, TIME_MICROS, TIME_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_MILLIS].contains(&column.converted_type())
        || column.physical_type() == Type::INT96
}

/// What the Parquet crate says about damage; a compression that is not built in is not damage.
fn damaged(source: Source, error: &ParquetError) -> Error {
    let said = error.to_string();
    source.fault(match said.split_once("Disabled feature at compile time: ") {
        Some((_, codec)) => {
            let codec = codec.replace("flate2", "gzip");
            format!("the file is compressed with {codec}, which is not built in; write it with snappy, zstd or none")
        }
        None => format!("the Parquet file cannot be read ({said}); write it anew"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compression_that_is_not_built_in_is_no_damage() {
        let error = ParquetError::General("Disabled feature at compile time: flate2".into());
        let what = "a.pq: the file is compressed with gzip, which is not built in; write it with snappy, zstd or none";
        assert_eq!(damaged(Source::file("a.pq".as_ref()), &error).to_string(), what);
    }
}
