//! Parquet tables.

use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;

use super::*;

/// How one column of a row group is written.
type Writing<'a> = Box<dyn Fn(&mut SerializedColumnWriter) + 'a>;

/// Values without nulls.
fn all<T: DataType>(values: &[T::T]) -> Writing<'_> {
    Box::new(|column| _ = column.typed::<T>().write_batch(values, None, None).unwrap())
}

/// Values where `levels` is 1, nulls where it is 0.
fn some<'a, T: DataType>(values: &'a [T::T], levels: &'a [i16]) -> Writing<'a> {
    Box::new(|column| _ = column.typed::<T>().write_batch(values, Some(levels), None).unwrap())
}

/// A table of `fields` in the schema language, in row groups of columns.
fn table(fields: &str, compression: Compression, groups: &[Vec<Writing>]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message table {{ {fields} }}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for columns in groups {
        let mut group = file.next_row_group().unwrap();
        for write in columns {
            let mut column = group.next_column().unwrap().unwrap();
            write(&mut column);
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

fn raw(fields: &str, columns: Vec<Writing>) -> Vec<u8> {
    table(fields, Compression::UNCOMPRESSED, &[columns])
}

/// A table of doubles.
pub(super) fn doubles(names: &[&str], values: &[&[f64]]) -> Vec<u8> {
    let fields: Vec<_> = names.iter().map(|name| format!("required double {name};")).collect();
    raw(&fields.concat(), values.iter().map(|values| all::<DoubleType>(values)).collect())
}

/// A table of doubles that are not null and of labels, compressed.
pub(super) fn packed(labels: &[&str]) -> Vec<u8> {
    let (values, labels) = (vec![0.5; labels.len()], texts(labels));
    let columns = vec![some::<DoubleType>(&values, &[1; 3]), all::<ByteArrayType>(&labels)];
    table("optional double x; required binary run (UTF8);", Compression::SNAPPY, &[columns])
}

fn texts(values: &[&str]) -> Vec<ByteArray> {
    values.iter().map(|&text| ByteArray::from(text)).collect()
}

fn bad(bytes: &[u8], options: &ReadOptions) -> String {
    said("a.parquet", bytes, options)
}

#[test]
fn every_type_of_number_is_read() {
    let fields = "required double a; required float b; required int32 c; required int64 d; \
                  required boolean e; required int32 f (UINT_32); optional int64 g;";
    let columns = vec![
        all::<DoubleType>(&[0.1, -0.5]),
        all::<FloatType>(&[0.5, -2.0]),
        all::<Int32Type>(&[-1, 2]),
        all::<Int64Type>(&[i64::MIN, 3]),
        all::<BoolType>(&[true, false]),
        all::<Int32Type>(&[-1, 4]),
        some::<Int64Type>(&[5, 6], &[1, 1]),
    ];
    let values: [&[f64]; 7] = [
        &[0.1, -0.5],
        &[0.5, -2.0],
        &[-1.0, 2.0],
        &[-9_223_372_036_854_775_808.0, 3.0],
        &[1.0, 0.0],
        &[4_294_967_295.0, 4.0],
        &[5.0, 6.0],
    ];
    let read = series(&["a", "b", "c", "d", "e", "f", "g"], &values);
    assert_eq!(good("a.pq", &raw(fields, columns), &plain()), read);
}

#[test]
fn row_groups_follow_each_other_and_may_be_compressed() {
    for compression in [Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())] {
        let groups = [vec![all::<DoubleType>(&[1.0, 2.0])], vec![all::<DoubleType>(&[3.0])]];
        let bytes = table("required double x;", compression, &groups);
        assert_eq!(good("a.parquet", &bytes, &plain()), series(&["x"], &[&[1.0, 2.0, 3.0]]));
    }
}

#[test]
fn more_rows_than_a_batch_are_read() {
    let values: Vec<_> = (0..200_000).map(f64::from).collect();
    assert_eq!(good("a.parquet", &doubles(&["x"], &[&values]), &plain()), series(&["x"], &[&values]));
}

#[test]
fn text_is_left_out_or_labels_trials() {
    let (fields, labels) = ("required double x; required binary who (UTF8);", texts(&["ann", "ann", "bob"]));
    let bytes = raw(fields, vec![all::<DoubleType>(&[1.0, 2.0, 3.0]), all::<ByteArrayType>(&labels)]);
    let what = "a.parquet, column `who`: the column holds text or bytes; leave it out with `--select`";
    assert_eq!(bad(&bytes, &plain()), what);
    assert_eq!(good("a.parquet", &bytes, &select("x")), series(&["x"], &[&[1.0, 2.0, 3.0]]));
    assert_eq!(good("a.parquet", &bytes, &trials("who")), in_trials(&["x"], &[&[1.0, 2.0, 3.0]], &[2, 1]));
    let what = "a.parquet, column `x`: the labels of trials must be text or whole numbers";
    let options = ReadOptions { select: Some("who".parse().unwrap()), ..trials("x") };
    assert_eq!(
        bad(&bytes, &options),
        "a.parquet, column `who`: the column holds text or bytes; leave it out with `--select`"
    );
    assert_eq!(bad(&doubles(&["x", "y"], &[&[1.0], &[2.0]]), &trials("x")), what);
}

#[test]
fn whole_numbers_label_trials_and_do_not_come_back() {
    let fields = "required double x; required int32 run;";
    let run = |labels| raw(fields, vec![all::<DoubleType>(&[1.0, 2.0, 3.0]), all::<Int32Type>(labels)]);
    let read = in_trials(&["x"], &[&[1.0, 2.0, 3.0]], &[1, 2]);
    assert_eq!(good("a.parquet", &run(&[4, 5, 5]), &trials("run")), read);
    let what = "a.parquet, row 2 (from 0): trial `4` began in row 0 and comes back after another; \
                put the rows of a trial together";
    assert_eq!(bad(&run(&[4, 5, 4]), &trials("run")), what);
}

#[test]
fn nulls_and_values_that_are_not_finite_are_said_with_their_place() {
    let groups = [vec![some::<DoubleType>(&[1.0, 2.0], &[1, 1])], vec![some::<DoubleType>(&[3.0], &[1, 0])]];
    let bytes = table("optional double x;", Compression::UNCOMPRESSED, &groups);
    let what = "a.parquet, row 3 (from 0), column `x`: the value is null; every sample needs a value";
    assert_eq!(bad(&bytes, &plain()), what);
    let what = "a.parquet, row 1 (from 0), column `y`: the value is inf; \
                every value must be finite, fill or cut such samples before";
    assert_eq!(bad(&doubles(&["x", "y"], &[&[1.0, 2.0], &[3.0, f64::INFINITY]]), &plain()), what);
}

#[test]
fn columns_that_are_no_plain_numbers_are_said() {
    let lists = raw(
        "repeated double x;",
        vec![Box::new(|column| {
            column.typed::<DoubleType>().write_batch(&[1.0], Some(&[1]), Some(&[0])).unwrap();
        })],
    );
    assert_eq!(bad(&lists, &plain()), "a.parquet, column `x`: the column holds lists; leave it out with `--select`");
    for time in ["TIMESTAMP(NANOS,true)", "TIMESTAMP_MILLIS", "TIME(MICROS,false)"] {
        let times = raw(&format!("required int64 x ({time});"), vec![all::<Int64Type>(&[125])]);
        let what = "a.parquet, column `x`: the column holds times; leave it out with `--select`";
        assert_eq!(bad(&times, &plain()), what, "{time}");
    }
    let decimals = raw("required int32 x (DECIMAL(5, 2));", vec![all::<Int32Type>(&[125])]);
    let what = "a.parquet, column `x`: the column holds decimals; write it as DOUBLE, or leave it out with `--select`";
    assert_eq!(bad(&decimals, &plain()), what);
}

#[test]
fn a_table_without_rows_or_columns_is_said() {
    let none = table("required double x;", Compression::UNCOMPRESSED, &[]);
    assert_eq!(bad(&none, &plain()), "a.parquet: the table has columns and no rows");
    let bare = table("", Compression::UNCOMPRESSED, &[]);
    assert_eq!(bad(&bare, &plain()), "a.parquet: there are no channels; the file must hold at least one");
}

#[test]
fn rows_as_channels_do_not_fit() {
    let what = "--orientation: a Parquet file has its channels in columns; leave it out";
    assert_eq!(bad(&doubles(&["x"], &[&[1.0]]), &rows()), what);
}

#[test]
fn a_file_that_is_none_is_said() {
    let said = bad(b"PAR1 is not enough", &plain());
    let what = "a.parquet: the Parquet file cannot be read (Parquet error: Invalid Parquet file. Corrupt footer); write it anew";
    assert_eq!(said, what);
}
