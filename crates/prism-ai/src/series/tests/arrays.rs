//! Arrays in `.npy` files.

use ndarray::{Array1, Array3, ShapeBuilder, array};
use ndarray_npy::WriteNpyExt;

use super::*;

/// A file of format 1 with this header and these bytes of values.
pub(super) fn file(kind: &str, fortran: bool, shape: &str, values: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let text = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.extend(values);
    bytes
}

pub(super) fn written(array: &impl WriteNpyExt) -> Vec<u8> {
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).unwrap();
    bytes
}

fn npy(bytes: &[u8], options: &ReadOptions) -> Series {
    good("a.npy", bytes, options)
}

fn bad(bytes: &[u8], options: &ReadOptions) -> String {
    said("a.npy", bytes, options)
}

#[test]
fn one_axis_is_time() {
    let bytes = written(&array![1.0_f64, 2.0, 3.0]);
    assert_eq!(npy(&bytes, &plain()), series(&["c0"], &[&[1.0, 2.0, 3.0]]));
    assert_eq!(npy(&bytes, &rows()), series(&["c0"], &[&[1.0, 2.0, 3.0]]));
}

#[test]
fn two_axes_are_time_and_channels_either_way_round() {
    let columns = array![[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let read = series(&["c0", "c1"], &[&[1.0, 3.0, 5.0], &[2.0, 4.0, 6.0]]);
    assert_eq!(npy(&written(&columns), &plain()), read);
    assert_eq!(npy(&written(&columns.t()), &rows()), read);
    let mut fortran = ndarray::Array2::zeros((3, 2).f());
    fortran.assign(&columns);
    assert!(written(&fortran).windows(4).any(|word| word == b"True"));
    assert_eq!(npy(&written(&fortran), &plain()), read);
}

#[test]
fn three_axes_begin_with_trials() {
    let value = |(n, t, v): (usize, usize, usize)| (100 * n + 10 * t + v) as f64;
    let columns = Array3::from_shape_fn((2, 3, 2), value);
    let x = [0.0, 10.0, 20.0, 100.0, 110.0, 120.0];
    let y = x.map(|value| value + 1.0);
    let read = in_trials(&["c0", "c1"], &[&x, &y], &[3, 3]);
    assert_eq!(npy(&written(&columns), &plain()), read);
    assert_eq!(npy(&written(&Array3::from_shape_fn((2, 3, 2).f(), value)), &plain()), read);
    let mut rows_of_it = columns.clone();
    rows_of_it.swap_axes(1, 2);
    assert_eq!(npy(&written(&rows_of_it.as_standard_layout()), &rows()), read);
}

#[test]
fn every_type_in_either_order_is_read() {
    let read = series(&["c0"], &[&[1.0, 0.0]]);
    for kind in ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"] {
        let width: usize = kind[1..].parse().unwrap();
        let one = match kind {
            "f8" => 1_f64.to_be_bytes().to_vec(),
            "f4" => 1_f32.to_be_bytes().to_vec(),
            _ => [vec![0; width - 1], vec![1]].concat(),
        };
        let big = [one.clone(), vec![0; width]].concat();
        assert_eq!(npy(&file(&format!(">{kind}"), false, "(2,)", &big), &plain()), read, "{kind}");
        let little = [one.into_iter().rev().collect(), vec![0; width]].concat();
        assert_eq!(npy(&file(&format!("<{kind}"), false, "(2,)", &little), &plain()), read, "{kind}");
    }
}

#[test]
fn formats_two_and_three_have_a_longer_length() {
    for version in [2, 3] {
        let first = file("<f8", false, "(1,)", &2.5_f64.to_le_bytes());
        let mut bytes = first[..8].to_vec();
        bytes[6] = version;
        bytes.extend([first[8], first[9], 0, 0]);
        bytes.extend(&first[10..]);
        assert_eq!(npy(&bytes, &plain()), series(&["c0"], &[&[2.5]]), "format {version}");
    }
}

#[test]
fn columns_are_selected_and_label_trials() {
    let bytes = written(&array![[1.0, 7.0, 4.0], [2.0, 7.0, 5.0], [3.0, 8.0, 6.0]]);
    assert_eq!(npy(&bytes, &select("2,c0")), series(&["c2", "c0"], &[&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0]]));
    let read = in_trials(&["c0", "c2"], &[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]], &[2, 1]);
    assert_eq!(npy(&bytes, &trials("1")), read);
    let back = written(&array![[1.0, 7.0], [2.0, 8.0], [3.0, 7.0]]);
    let what = "a.npy, sample 2 (from 0): trial `7` began in sample 0 and comes back after another; \
                put the rows of a trial together";
    assert_eq!(bad(&back, &trials("1")), what);
    let what = "--trials: the array has an axis of trials already; leave it out";
    assert_eq!(bad(&written(&Array3::<f64>::zeros((2, 2, 2))), &trials("0")), what);
}

#[test]
fn what_is_not_selected_may_be_nan() {
    let bytes = written(&array![[1.0, f64::NAN], [2.0, 0.0]]);
    assert_eq!(npy(&bytes, &select("0")), series(&["c0"], &[&[1.0, 2.0]]));
}

#[test]
fn a_value_that_is_not_finite_is_said_with_its_place() {
    let end = "every value must be finite, fill or cut such samples before";
    let what = format!("a.npy, sample 1 (from 0), channel `c0`: the value is NaN; {end}");
    assert_eq!(bad(&written(&array![[1.0, 2.0], [f64::NAN, 0.0]]), &plain()), what);
    let mut trials = Array3::<f32>::zeros((2, 3, 2));
    trials[[1, 2, 1]] = f32::NEG_INFINITY;
    let what = format!("a.npy, trial 1, sample 2 (from 0), channel `c1`: the value is -inf; {end}");
    assert_eq!(bad(&written(&trials), &plain()), what);
}

#[test]
fn a_claim_of_more_than_is_there_is_refused_before_memory_is_taken() {
    let what = "a.npy: the header claims 8000000000000000 bytes of values ([1000000000, 1000000] of 8 bytes each) \
                and there are 3; the file is cut short or damaged";
    assert_eq!(bad(&file("<f8", false, "(1000000000, 1000000)", b"abc"), &plain()), what);
    let short = written(&Array1::<f64>::zeros(10));
    let what = "a.npy: the header claims 80 bytes of values ([10] of 8 bytes each) and there are 79; \
                the file is cut short or damaged";
    assert_eq!(bad(&short[..short.len() - 1], &plain()), what);
    let long = [short, vec![0]].concat();
    assert_eq!(bad(&long, &plain()), what.replace("are 79", "are 81"));
}

#[test]
fn an_array_without_values_is_said() {
    for shape in ["[0, 3]", "[3, 0]", "[0]", "[0, 1000000000000]"] {
        let what = format!("a.npy: the array has the shape {shape} and so no values");
        let tuple = shape.replace('[', "(").replace(']', ",)");
        assert_eq!(bad(&file("<f8", false, &tuple, b""), &plain()), what);
    }
    let what = "a.npy: the array has the shape []; it must have 1, 2 or 3 axes";
    assert_eq!(bad(&file("<f8", false, "()", &[0; 8]), &plain()), what);
    let what = "a.npy: the array has the shape [1, 1, 1, 1]; it must have 1, 2 or 3 axes";
    assert_eq!(bad(&file("<f8", false, "(1, 1, 1, 1)", &[0; 8]), &plain()), what);
}

#[test]
fn other_types_and_damaged_headers_are_said() {
    let what = "a.npy: values of type `<c16` are not read; convert real numbers with `.astype('f8')`";
    assert_eq!(bad(&file("<c16", false, "(1,)", &[0; 16]), &plain()), what);
    let records = file("<f8", false, "(1,)", b"");
    let records = String::from_utf8_lossy(&records[10..]).replace("'<f8'", "[('x', '<f8')]");
    let bytes = [&b"\x93NUMPY\x01\x00"[..], &(records.len() as u16).to_le_bytes(), records.as_bytes()].concat();
    assert_eq!(bad(&bytes, &plain()), "a.npy: the array holds records; save one plain array of numbers");
    assert_eq!(bad(b"\x93NUMPY\x01", &plain()), "a.npy: the file ends within the header; it is cut short");
    let what = "a.npy: format 9 of NumPy arrays is unknown; write it with `numpy.save`";
    assert_eq!(bad(b"\x93NUMPY\x09\x00\x00\x00", &plain()), what);
    let what = "a.npy: the header claims to be 4294967295 bytes long; plain numbers need at most 65536";
    assert_eq!(bad(b"\x93NUMPY\x02\x00\xff\xff\xff\xff", &plain()), what);
}
