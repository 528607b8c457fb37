//! The k largest or smallest elements along an axis.

use super::{ROW_TOP, ROW_TOP_SHORT, row_top, row_top_short};
use crate::argument::{around, require};
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, Dtype, Float, Result};

const NAME: &str = "top_k";

/// Which elements are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub struct TopKSettings {
    /// How many; all where there are fewer.
    #[alias("K")]
    pub k: u32,
    /// The axis along which they are taken, counted from the end when negative.
    #[alias("dim")]
    pub axis: i64,
    /// The largest rather than the smallest.
    pub largest: bool,
    /// In their order rather than in that of their indices.
    pub sorted: bool,
}

impl Default for TopKSettings {
    fn default() -> Self {
        Self { k: 1, axis: -1, largest: true, sorted: true }
    }
}

/// The elements taken, and where they were.
#[derive(Debug, Outputs)]
pub struct TopK<T: Float> {
    /// The elements: the shape of x with k along the axis.
    pub values: Buffer<T>,
    /// Their indices along the axis.
    pub indices: Buffer<i64>,
}

/// The k largest, or smallest, elements along an axis, and their indices.
///
/// `x [..]` → `values`, `indices` of the shape of x with min(k, n) along the axis. Of equal elements the one of the lower
/// index comes first, so that there are exactly k; NaN is above all numbers, −0 equals 0. Equals ONNX `TopK` from opset 11
/// and `torch.topk`, which leave ties open. O(n) and O(k·ln² k) for each row; a row read once where n ≤ 1024 and k ≤ 16, but
/// for `f64`, to k = 512 once and a part twice where it is in order or in none; 8 bytes of scratch for every element taken,
/// up to the power of two, where k > 2048.
///
/// # Errors
/// An axis that x does not have; 2³¹ or more elements to be taken along it; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(ROW_TOP_SHORT, ROW_TOP), rows(x = 0))]
pub fn top_k<T: Float>(x: &Buffer<T>, settings: &TopKSettings) -> Result<TopK<T>> {
    let TopKSettings { k, axis, largest, sorted } = *settings;
    let [o, n, i] = around(NAME, axis, x)?;
    let (k, device) = (n.min(k as usize), x.device());
    require(NAME, k < 1 << 31, "k < 2^31", || format!("k = {k}"))?;
    let (smallest, sorted) = (u32::from(!largest), u32::from(sorted));
    let (mut values, mut indices) = (device.zeros(&[o, k, i])?, device.zeros(&[o, k, i])?);
    if i == 1 && n <= 1024 && k <= 16 && T::DTYPE != Dtype::F64 {
        (values, indices) = (values.reshaped(&[o, k])?, indices.reshaped(&[o, k])?);
        row_top_short(&x.seen_as(&[o, n])?, &mut values, &mut indices, smallest, sorted)?;
    } else {
        let scratch = if k > 2048 { k.next_power_of_two() } else { 0 };
        let mut scratch = device.zeros(&[o * i, scratch])?;
        row_top(&x.seen_as(&[o, n, i])?, &mut scratch, &mut values, &mut indices, smallest, sorted)?;
    }
    let mut shape = x.shape().to_vec();
    let at = axis.rem_euclid(shape.len() as i64) as usize;
    shape[at] = k;
    Ok(TopK { values: values.reshaped(&shape)?, indices: indices.reshaped(&shape)? })
}

#[cfg(test)]
mod tests {
    use super::{TopKSettings, top_k};
    use prism_device::Device;

    const DEFAULT: TopKSettings = TopKSettings { k: 2, axis: -1, largest: true, sorted: true };

    fn call(x: &[f32], shape: &[usize], settings: TopKSettings) -> (Vec<usize>, Vec<f32>, Vec<i64>) {
        let out = top_k(&Device::cpu().upload(x, shape).unwrap(), &settings).unwrap();
        assert_eq!(out.values.shape(), out.indices.shape());
        (out.values.shape().to_vec(), out.values.download().unwrap(), out.indices.download().unwrap())
    }

    /// The examples of ONNX `TopK`: largest along the last axis, smallest and sorted.
    #[test]
    fn equals_the_examples_of_onnx() {
        let x: Vec<f32> = (0..12u8).map(f32::from).collect();
        let (shape, values, indices) = call(&x, &[3, 4], TopKSettings { k: 3, ..DEFAULT });
        assert_eq!((shape, values), (vec![3, 3], vec![3.0, 2.0, 1.0, 7.0, 6.0, 5.0, 11.0, 10.0, 9.0]));
        assert_eq!(indices, [3, 2, 1, 3, 2, 1, 3, 2, 1]);
        let x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 11.0, 10.0, 9.0, 8.0];
        let (_, values, indices) = call(&x, &[3, 4], TopKSettings { k: 3, axis: 1, largest: false, ..DEFAULT });
        assert_eq!(values, [0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 8.0, 9.0, 10.0]);
        assert_eq!(indices, [0, 1, 2, 0, 1, 2, 3, 2, 1]);
    }

    #[test]
    fn ties_go_to_the_lower_index_and_nan_is_largest() {
        let x = [1.0, 3.0, 3.0, f32::NAN, 3.0, -1.0];
        let (_, values, indices) = call(&x, &[6], TopKSettings { k: 3, ..DEFAULT });
        assert!(values[0].is_nan());
        assert_eq!((&values[1..], indices), (&[3.0, 3.0][..], vec![3, 1, 2]));
        let (_, values, indices) = call(&x, &[6], TopKSettings { k: 3, largest: false, ..DEFAULT });
        assert_eq!((values, indices), (vec![-1.0, 1.0, 3.0], vec![5, 0, 1]));
        let (_, values, indices) = call(&x, &[6], TopKSettings { k: 3, sorted: false, largest: false, ..DEFAULT });
        assert_eq!((values, indices), (vec![1.0, 3.0, -1.0], vec![0, 1, 5]));
    }

    #[test]
    fn doubles_keep_all_their_digits() {
        let x = [1.0, 1.0 + f64::EPSILON, 1.0 - f64::EPSILON, 1.0 + f64::EPSILON];
        let out = top_k(&Device::cpu().upload(&x, &[4]).unwrap(), &TopKSettings { k: 3, ..DEFAULT }).unwrap();
        assert_eq!(out.indices.download().unwrap(), [1, 3, 0]);
        assert_eq!(out.values.download().unwrap(), [x[1], x[3], x[0]]);
    }

    #[test]
    fn every_axis_has_its_largest() {
        let x = [1.0, 5.0, 2.0, 4.0, 0.0, 9.0, 7.0, 8.0, 3.0, 6.0, 11.0, 10.0];
        let (shape, values, indices) = call(&x, &[2, 3, 2], TopKSettings { k: 1, axis: -2, ..DEFAULT });
        assert_eq!((shape, values, indices), (vec![2, 1, 2], vec![2.0, 9.0, 11.0, 10.0], vec![1, 2, 2, 2]));
        let (shape, values, _) = call(&x, &[2, 3, 2], TopKSettings { k: 9, axis: 0, ..DEFAULT });
        assert_eq!((shape, &values[..3]), (vec![2, 3, 2], &[7.0, 8.0, 3.0][..]));
    }

    #[test]
    fn nothing_has_none() {
        for (shape, k) in [(&[0, 3][..], 2), (&[3, 0], 2), (&[2, 3], 0)] {
            let x = vec![1.0; shape.iter().product()];
            let (got, values, _) = call(&x, shape, TopKSettings { k, ..DEFAULT });
            assert_eq!((got[0], got[1], values), (shape[0], shape[1].min(k as usize), vec![]));
        }
    }

    #[test]
    fn an_axis_that_is_not_there_is_named() {
        let x = Device::cpu().zeros::<f32>(&[2]).unwrap();
        let error = top_k(&x, &TopKSettings { axis: 1, ..DEFAULT }).unwrap_err().to_string();
        assert_eq!(error, "top_k: needs an axis of its input, from -rank to rank - 1, got axis = 1 of 1");
    }
}
