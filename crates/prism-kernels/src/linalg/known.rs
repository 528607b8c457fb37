//! What the tests of matrix products share: operands of whole numbers, and what is compared of a result.

use prism_device::{Buffer, Device};

/// Whole numbers around 0, so that no order of the sums matters.
pub(super) fn ramp(shape: &[usize], m: i64) -> Buffer<f64> {
    scaled(shape, m, 1.0)
}

pub(super) fn scaled(shape: &[usize], m: i64, by: f64) -> Buffer<f64> {
    let len = shape.iter().product::<usize>() as i64;
    let values: Vec<f64> = (0..len).map(|i| ((i * i * 7 + 3 * i) % m - m / 2) as f64 * by).collect();
    Device::cpu().upload(&values, shape).unwrap()
}

/// Shape, first two, middle and last two numbers, their sum, and their sum times their places.
#[track_caller]
pub(super) fn equals(y: &Buffer<f64>, shape: &[usize], picked: [f64; 5], sum: f64, weighted: f64) {
    let v = y.download().unwrap();
    let n = v.len();
    assert_eq!(y.shape(), shape);
    assert_eq!([v[0], v[1], v[n / 2], v[n - 2], v[n - 1]], picked);
    assert_eq!(v.iter().sum::<f64>(), sum);
    assert_eq!(v.iter().zip(1..).map(|(v, place)| v * f64::from(place)).sum::<f64>(), weighted);
}
