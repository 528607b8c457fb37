use super::super::known::{equals, ramp, scaled};
use super::*;
use prism_device::{Device, bf16, f16};
use proptest::prelude::*;

fn product(a: &Buffer<f64>, b: &Buffer<f64>, settings: &MatmulSettings) -> Buffer<f64> {
    matmul(a, b, None, settings).unwrap()
}

fn said(a: &[usize], b: &[usize], c: Option<&[usize]>, settings: &MatmulSettings) -> String {
    let zeros = |shape: &[usize]| Device::cpu().zeros::<f32>(shape).unwrap();
    matmul(&zeros(a), &zeros(b), c.map(zeros).as_ref(), settings).unwrap_err().to_string()
}

/// `numpy.matmul`, numpy 2.4.6; the numbers are whole, so every sum is exact.
#[test]
fn equals_numpy() {
    let settings = MatmulSettings::default();
    let broadcast = product(&ramp(&[2, 1, 5, 7], 13), &ramp(&[3, 7, 4], 11), &settings);
    equals(&broadcast, &[2, 3, 5, 4], [9.0, -49.0, -18.0, 46.0, -67.0], -47.0, -4_842.0);
    let large = product(&ramp(&[300, 70], 13), &ramp(&[70, 200], 11), &settings);
    equals(&large, &[300, 200], [16.0, 21.0, -49.0, 16.0, 21.0], -359.0, -15_705_954.0);
}

/// `numpy.matmul` of `numpy.swapaxes`, numpy 2.4.6.
#[test]
fn flags_swap_the_last_two_axes() {
    let left = MatmulSettings { trans_a: true, ..Default::default() };
    let y = product(&ramp(&[7, 5], 13), &ramp(&[3, 7, 4], 11), &left);
    equals(&y, &[3, 5, 4], [34.0, -25.0, -33.0, -15.0, 4.0], -5.0, -2_436.0);
    let right = MatmulSettings { trans_b: true, ..Default::default() };
    let y = product(&ramp(&[2, 5, 7], 13), &ramp(&[4, 7], 11), &right);
    equals(&y, &[2, 5, 4], [41.0, 22.0, -43.0, 15.0, -41.0], 75.0, 1_072.0);
}

/// `numpy.matmul`, numpy 2.4.6.
#[test]
fn vectors_are_a_row_on_the_left_and_a_column_on_the_right() {
    for flag in [false, true] {
        let settings = MatmulSettings { trans_a: flag, ..Default::default() };
        let y = product(&ramp(&[7], 13), &ramp(&[3, 7, 4], 11), &settings);
        equals(&y, &[3, 4], [9.0, -49.0, -25.0, -27.0, 31.0], -154.0, -858.0);
    }
    let settings = MatmulSettings::default();
    let y = product(&ramp(&[2, 5, 7], 13), &ramp(&[7], 11), &settings);
    equals(&y, &[2, 5], [41.0, -4.0, -43.0, -23.0, -2.0], 38.0, -1.0);
    let y = product(&ramp(&[7], 13), &ramp(&[7], 11), &settings);
    assert_eq!((y.shape(), y.download().unwrap()), (&[][..], vec![41.0]));
}

/// `2 * numpy.matmul(a, b) - 3 * c` and the same with a column, numpy 2.4.6.
#[test]
fn c_broadcasts_to_the_result() {
    let (a, b) = (ramp(&[2, 1, 5, 7], 13), ramp(&[3, 7, 4], 11));
    let settings = MatmulSettings { alpha: 2.0, beta: -3.0, ..Default::default() };
    let y = matmul(&a, &b, Some(&ramp(&[3, 1, 4], 9)), &settings).unwrap();
    equals(&y, &[2, 3, 5, 4], [30.0, -89.0, -24.0, 101.0, -143.0], 386.0, 16_866.0);
    let settings = MatmulSettings { alpha: 0.5, beta: 1.0, ..Default::default() };
    let y = matmul(&ramp(&[5, 7], 13), &ramp(&[7, 4], 11), Some(&ramp(&[5, 1], 9)), &settings).unwrap();
    equals(&y, &[5, 4], [0.5, -28.5, -12.0, 9.0, -5.5], 0.0, 398.0);
    let row = matmul(&ramp(&[7], 13), &ramp(&[7, 4], 11), Some(&ramp(&[4], 9)), &settings).unwrap();
    let (plain, c) = (product(&ramp(&[7], 13), &ramp(&[7, 4], 11), &MatmulSettings::default()), ramp(&[4], 9));
    let expected = plain.download().unwrap().into_iter().zip(c.download().unwrap()).map(|(p, c)| 0.5 * p + c);
    assert_eq!(row.download().unwrap(), expected.collect::<Vec<_>>());
}

#[test]
fn c_is_not_read_where_beta_is_zero() {
    let (a, b) = (ramp(&[5, 7], 13), ramp(&[7, 4], 11));
    let nan = Device::cpu().upload(&[f64::NAN], &[1]).unwrap();
    let settings = MatmulSettings::default();
    let y = matmul(&a, &b, Some(&nan), &settings).unwrap().download().unwrap();
    assert_eq!(y, product(&a, &b, &settings).download().unwrap());
}

#[test]
fn no_terms_leave_the_multiple_of_c() {
    let settings = MatmulSettings { beta: -3.0, ..Default::default() };
    let y = matmul(&ramp(&[5, 0], 13), &ramp(&[0, 4], 11), Some(&ramp(&[4], 9)), &settings).unwrap();
    equals(&y, &[5, 4], [12.0, 9.0, -9.0, -9.0, 12.0], 120.0, 1_215.0);
    let y = product(&ramp(&[2, 0], 13), &ramp(&[0, 3], 11), &MatmulSettings::default());
    assert_eq!(y.download().unwrap(), [0.0; 6]);
}

#[test]
fn empty_operands_have_empty_results() {
    let shapes: [[&[usize]; 3]; 4] = [
        [&[0, 7], &[7, 4], &[0, 4]],
        [&[5, 7], &[7, 0], &[5, 0]],
        [&[0, 5, 7], &[7, 4], &[0, 5, 4]],
        [&[0, 1, 5, 7], &[3, 7, 4], &[0, 3, 5, 4]],
    ];
    for [a, b, expected] in shapes {
        let y = product(&ramp(a, 13), &ramp(b, 11), &MatmulSettings::default());
        assert_eq!((y.shape(), y.download().unwrap()), (expected, vec![]));
    }
}

#[test]
fn halves_are_rounded_once() {
    let device = Device::cpu();
    let ones = |n: usize| vec![f16::ONE; n];
    let (a, b) = (device.upload(&ones(4_097), &[1, 4_097]).unwrap(), device.upload(&ones(4_097), &[4_097, 1]).unwrap());
    let y = matmul(&a, &b, None, &MatmulSettings::default()).unwrap().download().unwrap();
    assert_eq!(y, [f16::from_f32(4_096.0)]);
    let x = device.upload(&[bf16::from_f32(1.5), bf16::from_f32(0.007_812_5)], &[1, 2]).unwrap();
    let settings = MatmulSettings { trans_b: true, ..Default::default() };
    let y = matmul(&x, &x, None, &settings).unwrap().download().unwrap();
    assert_eq!(y, [bf16::from_f32(2.25)]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let settings = MatmulSettings::default();
    assert_eq!(said(&[2, 3], &[4, 5], None, &settings), "matmul: `b` must be […, k = 3, n], got [4, 5]");
    assert_eq!(said(&[2, 3], &[4], None, &settings), "matmul: `b` must be [k = 3], got [4]");
    let swapped = MatmulSettings { trans_b: true, ..Default::default() };
    assert_eq!(said(&[2, 3], &[3, 5], None, &swapped), "matmul: `b` must be […, n, k = 3], got [3, 5]");
    assert_eq!(said(&[], &[3, 5], None, &settings), "matmul: `a` must be [one extent at least], got []");
    assert_eq!(said(&[3], &[], None, &settings), "matmul: `b` must be [one extent at least], got []");
    assert_eq!(
        said(&[2, 4, 3], &[5, 3, 6], None, &settings),
        "matmul: `b` must be […, 3, 6: batches that broadcast with [2]], got [5, 3, 6]"
    );
    let adding = MatmulSettings { beta: 2.0, ..Default::default() };
    assert_eq!(said(&[2, 3], &[3, 5], None, &adding), "matmul: needs c unless beta is 0, got beta = 2 and no c");
    assert_eq!(
        said(&[2, 3], &[3, 5], Some(&[3, 5]), &adding),
        "matmul: `c` must be [2, 5, or broadcast to it], got [3, 5]"
    );
    assert_eq!(
        said(&[2, 3], &[3, 5], Some(&[2, 2, 5]), &adding),
        "matmul: `c` must be [2, 5, or broadcast to it], got [2, 2, 5]"
    );
}

proptest! {
    /// (A·B)·C = A·(B·C) in whole numbers, and (A·B)ᵀ = Bᵀ·Aᵀ.
    #[test]
    fn products_associate_and_transpose([m, k, l, n] in [1usize..9, 1..9, 1..9, 1..9]) {
        let (a, b, c) = (ramp(&[m, k], 13), ramp(&[k, l], 7), scaled(&[l, n], 5, 0.5));
        let settings = MatmulSettings::default();
        let left = product(&product(&a, &b, &settings), &c, &settings).download().unwrap();
        let right = product(&a, &product(&b, &c, &settings), &settings).download().unwrap();
        prop_assert_eq!(left, right);
        let both = MatmulSettings { trans_a: true, trans_b: true, ..Default::default() };
        let (plain, swapped) = (product(&a, &b, &settings).download().unwrap(), product(&b, &a, &both).download().unwrap());
        let again: Vec<f64> = (0..m * l).map(|at| swapped[at % l * m + at / l]).collect();
        prop_assert_eq!(plain, again);
    }
}
