//! Archives of arrays.

use std::io::{Cursor, Write};

use ndarray::array;
use ndarray_npy::NpzWriter;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::arrays::{file, written};
use super::*;

/// An archive with these files, each under its name and `.npy`.
pub(super) fn archive(arrays: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        archive.start_file(format!("{name}.npy"), SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn ramp(length: usize) -> Vec<u8> {
    written(&ndarray::Array1::from_iter((0..length).map(|t| t as f64)))
}

fn npz(bytes: &[u8], options: &ReadOptions) -> Series {
    good("a.npz", bytes, options)
}

fn bad(bytes: &[u8], options: &ReadOptions) -> String {
    said("a.npz", bytes, options)
}

#[test]
fn the_only_array_is_read() {
    let table = written(&array![[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(npz(&archive(&[("data", &table)]), &plain()), series(&["c0", "c1"], &[&[1.0, 3.0], &[2.0, 4.0]]));
    assert_eq!(npz(&archive(&[("data", &table)]), &rows()), series(&["c0", "c1"], &[&[1.0, 2.0], &[3.0, 4.0]]));
    assert_eq!(npz(&archive(&[("x", &ramp(2))]), &plain()), series(&["x"], &[&[0.0, 1.0]]));
}

#[test]
fn the_array_named_is_read() {
    let both = archive(&[("a", &ramp(2)), ("b", &written(&array![[5.0]]))]);
    assert_eq!(npz(&both, &key("b")), series(&["c0"], &[&[5.0]]));
    assert_eq!(bad(&both, &key("c")), "--key: there is no array `c`; there are `a`, `b`");
}

#[test]
fn arrays_of_one_axis_are_channels() {
    let packed = {
        let mut archive = NpzWriter::new_compressed(Cursor::new(Vec::new()));
        archive.add_array("x", &array![1.0, 2.0, 3.0]).unwrap();
        archive.add_array("run", &array![1_i64, 1, 2]).unwrap();
        archive.add_array("y", &array![4_i16, 5, 6]).unwrap();
        archive.finish().unwrap().into_inner()
    };
    let read = in_trials(&["x", "y"], &[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]], &[2, 1]);
    assert_eq!(npz(&packed, &trials("run")), read);
    assert_eq!(npz(&packed, &select("y")), series(&["y"], &[&[4.0, 5.0, 6.0]]));
}

#[test]
fn what_is_not_selected_may_hold_anything() {
    let mixed = archive(&[("x", &ramp(2)), ("table", &written(&array![[5.0]])), ("note", b"text")]);
    assert_eq!(npz(&mixed, &select("x")), series(&["x"], &[&[0.0, 1.0]]));
    let what = "a.npz, array `table`: the array has the shape [1, 1] among others; \
                read it alone with `--key`, or leave it out with `--select`";
    assert_eq!(bad(&mixed, &select("x,table")), what);
    let what = "a.npz, array `note`: the file ends within the header; it is cut short";
    assert_eq!(bad(&mixed, &select("x,note")), what);
}

#[test]
fn channels_are_equally_long() {
    let what = "a.npz: channel `x` has 2 samples and `y` has 3; make them equally long";
    assert_eq!(bad(&archive(&[("x", &ramp(2)), ("y", &ramp(3))]), &plain()), what);
}

#[test]
fn faults_name_the_array() {
    let nan = written(&array![1.0, f64::NAN]);
    let what = "a.npz, array `y`, sample 1 (from 0), channel `y`: the value is NaN; \
                every value must be finite, fill or cut such samples before";
    assert_eq!(bad(&archive(&[("x", &ramp(2)), ("y", &nan)]), &plain()), what);
}

#[test]
fn a_claim_of_more_than_is_there_is_refused_before_memory_is_taken() {
    let huge = file("<f8", false, "(1000000000000,)", b"abc");
    let what = "a.npz, array `x`: the header claims 8000000000000 bytes of values ([1000000000000] of 8 bytes each) \
                and there are 3; the file is cut short or damaged";
    assert_eq!(bad(&archive(&[("x", &huge)]), &plain()), what);
    let long = [ramp(1), vec![0; 5]].concat();
    let what = "a.npz, array `x`: the header claims 8 bytes of values ([1] of 8 bytes each) \
                and there are 13; the file is cut short or damaged";
    assert_eq!(bad(&archive(&[("x", &long)]), &plain()), what);
}

#[test]
fn an_archive_that_is_none_is_said() {
    assert_eq!(bad(&archive(&[]), &plain()), "a.npz: the archive holds no array; write it with `numpy.savez`");
    let what =
        "a.npz: the archive cannot be read (invalid Zip archive: Could not find EOCD); write it with `numpy.savez`";
    assert_eq!(bad(b"PK\x03\x04", &plain()), what);
}
