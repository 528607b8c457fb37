//! Vectors along an inner axis divided by their norm, sum or deviation.

use super::scale::{edge, normalized, tolerated};
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Every column divided as `by` says, which is as in [`normalize_rows`](super::normalize_rows).
///
/// `x [o, n, i]` → `y [o, n, i]`; `fault` becomes the complement of the place in x of the first column whose sum to divide
/// by is 0. `width` columns are a block's, a power of two, whose rows its threads hold as those of
/// [`softmax_columns`](crate::norm::softmax_columns()) do: read once and written once. O(o·n·i).
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = (o * i).div_ceil(width.max(1)) * if n == 0 { 0 } else { 512 },
    block = 512,
    wide(o, n, i),
    requires(
        by <= 4,
        width.is_power_of_two(),
        (8..=1024).contains(&width),
        n <= 4096 && n * width <= 32_768,
        i % 2 == 0,
    ),
    types(f16, bf16, f32, f64),
    specialise(by = [1, 2, 3, 4]),
    check(
        width = [8, 64, 256, 1024],
        by = [0, 1, 2, 3, 4],
        ddof = [1],
        o = [2],
        n = [0, 1, 33, 257, 1024, 1100],
        i = [0, 10, 34, 300],
    ),
    bench(o = 16, n = 1_024, i = 4_096, by = 1, ddof = 1, width = 16),
    bench(o = 16, n = 1_024, i = 4_096, by = 1, ddof = 1, width = 32),
    bench(o = 1_024, n = 64, i = 1_024, by = 4, ddof = 1, width = 256),
    bench(o = 1_024, n = 64, i = 1_024, by = 4, ddof = 1, width = 512),
    inputs = columns,
    tolerance = Units(condition),
    twin(
        /// [`normalize_columns`] of any n and i: threads hold 32 elements of a column (16 in f64) at a time, and columns
        /// with more are read twice, for the deviation three times (four in f64).
        normalize_long_columns,
        block = [512],
        requires(by <= 4, width.is_power_of_two(), (8..=512).contains(&width)),
        check(
            width = [8, 32, 512],
            by = [0, 1, 2, 3, 4],
            ddof = [1],
            o = [2],
            n = [0, 1, 33, 513, 2100],
            i = [0, 1, 9, 33],
        ),
        bench(o = 1, n = 16_384, i = 4_096, by = 1, ddof = 1, width = 32),
        bench(o = 1, n = 16_384, i = 4_096, by = 4, ddof = 1, width = 32),
    ),
)]
pub fn normalize_columns<T: Float>(
    #[shape(o, n, i)] x: &[T],
    #[shape(o, n, i)] y: &mut [T],
    #[shape(1)]
    #[inout]
    fault: &mut [u64],
    epsilon: f64,
    by: u32,
    ddof: u32,
    width: u32,
) {
    for at in 0..o * i {
        let place = |row: usize| (at / i * n + row) * i + at % i;
        let vector: Vec<f64> = (0..n).map(|row| x[place(row)].into()).collect();
        let (scaled, is_null) = normalized(&vector, by, epsilon, ddof);
        if is_null {
            fault[0] = fault[0].max(!(place(0) as u64));
        }
        for (row, value) in scaled.into_iter().enumerate() {
            y[place(row)] = T::nearest(value);
        }
    }
}

/// Calls `of` with the elements of every column, which it may change, and with the column's number.
fn each_column(case: &Case, x: &mut [f64], mut of: impl FnMut(usize, &mut [f64])) {
    let [o, n, i] = ["o", "n", "i"].map(|name| case.quantity(name) as usize);
    for at in 0..o * i {
        let place = |row: usize| (at / i * n + row) * i + at % i;
        let mut column: Vec<f64> = (0..n).map(|row| x[place(row)]).collect();
        of(at % i, &mut column);
        column.into_iter().enumerate().for_each(|(row, value)| x[place(row)] = value);
    }
}

fn columns(case: &mut Case) {
    *case.value("epsilon") = prism_device::conformance::Value::Scalar(1e-12f64.into());
    let mut x = case.doubles("x");
    each_column(case, &mut x, edge);
    case.change("x", |held| *held = x);
}

fn condition(case: &Case, output: &str) -> Vec<f64> {
    if output == "fault" {
        return vec![0.0];
    }
    let [by, ddof] = ["by", "ddof"].map(|name| case.quantity(name) as u32);
    let mut x = case.doubles("x");
    each_column(case, &mut x, |_, x| x.copy_from_slice(&tolerated(x, by, 1e-12, ddof)));
    x
}

#[cfg(test)]
mod tests {
    use super::normalize_columns;
    use prism_device::Device;

    #[test]
    fn columns_are_divided_by_their_own_sums() {
        let device = Device::cpu();
        let x = device.upload(&[1.0f32, 2.0, 3.0, -2.0], &[1, 2, 2]).unwrap();
        let (mut y, mut fault) = (device.zeros(&[1, 2, 2]).unwrap(), device.zeros(&[1]).unwrap());
        normalize_columns(&x, &mut y, &mut fault, 1e-12, 3, 1, 8).unwrap();
        assert_eq!((y.download().unwrap(), fault.download().unwrap()), (vec![0.25, 0.0, 0.75, 0.0], vec![!1]));
    }
}
