//! Matrix times vector, scaled, shifted and activated.

use super::GEMV_ROWS;
use crate::argument::{extents, one_of, require};
use crate::map::Activation;
use crate::rows::parts;
use prism_derive::operation;
use prism_device::{Arg, Buffer, Real, Result, Seen, run};

const NAME: &str = "gemv_axpby";

/// y′ = act(α·Ax + β·y).
///
/// `a [B?, m, n]`, `x [B?, n]`, `y [B?, m]` → `[B, m]`, or `[m]` where no input has a batch; what has none serves all of
/// it. `y` is not read when β = 0 and may be absent then. Usual are α = 1, β = 0. BLAS level 2. O(B·m·n), `a` read once;
/// few long rows take a number of scratch each 16384 products.
///
/// # Errors
/// `Requirement` when β is not 0 and there is no `y`; `Shape` and `Requirement` where the inputs do not fit each other;
/// out of memory.
#[operation(types(f32, f64), kernels(super::GEMV_ROWS, crate::rows::ROW_SUM))]
pub fn gemv_axpby<T: Real>(
    a: &Buffer<T>,
    x: &Buffer<T>,
    y: Option<&Buffer<T>>,
    /// The factor α of the product.
    #[default(1.0)]
    alpha: f64,
    /// The factor β of y; y is not read where it is 0.
    #[default(0.0)]
    beta: f64,
    /// What is applied to the sum.
    #[default(Activation::None)]
    act: Activation,
) -> Result<Buffer<T>> {
    let device = a.device();
    require(NAME, beta == 0.0 || y.is_some(), "y unless beta is 0", || format!("beta = {beta} and no y"))?;
    let y = y.filter(|_| beta != 0.0);
    let batched =
        |shape: &[usize], rank: usize| if shape.len() == rank { [&[1], shape].concat() } else { shape.to_vec() };
    let (a_shape, x_shape) = (batched(a.shape(), 2), batched(x.shape(), 1));
    let y_shape = y.map(|y| batched(y.shape(), 1));
    let shapes = [Some(&a_shape), Some(&x_shape), y_shape.as_ref()];
    // A batch of one serves all; without any larger, the batch is the one.
    let b = shapes.iter().flatten().map(|s| s[0]).find(|&b| b != 1).unwrap_or(1);
    let (a_seen, x_seen) = (a.seen_as(&a_shape)?, x.seen_as(&x_shape)?);
    let [_, m, n] = extents(NAME, "a", "m, n] or [b, m, n", &a_seen)?;
    one_of(NAME, "a", &a_shape, &[&[b, m, n], &[1, m, n]])?;
    one_of(NAME, "x", &x_shape, &[&[b, n], &[1, n]])?;
    y_shape.as_ref().map_or(Ok(()), |y| one_of(NAME, "y", y, &[&[b, m], &[1, m]]))?;
    let cut = parts(b * m, n);
    let none = device.zeros::<T>(&[0, m])?;
    let no_y = none.seen_as(&[0, m])?;
    let y_seen = y.zip(y_shape.as_ref()).map(|(y, shape)| y.seen_as(shape)).transpose()?;
    let y_seen = y_seen.as_ref().unwrap_or(&no_y);
    let mut out = device.zeros(&[b, m, cut])?;
    let gemv = |inputs: [&Seen<T>; 3], out: &mut Buffer<T>| {
        let [a, x, y] = inputs.map(|x| Arg::In(x));
        let act = Arg::Scalar((act as u32).into());
        run(&GEMV_ROWS, &mut [a, x, y, Arg::Out(out), Arg::Scalar(alpha.into()), Arg::Scalar(beta.into()), act])
    };
    gemv([&a_seen, &x_seen, if cut > 1 { &no_y } else { y_seen }], &mut out)?;
    if cut > 1 {
        let (sums, ones) = (out, device.upload(&vec![T::one(); cut], &[1, cut])?);
        out = device.zeros(&[b, m, 1])?;
        gemv([&sums.seen_as(&[b, m, cut])?, &ones.seen_as(&[1, cut])?, y_seen], &mut out)?;
    }
    let has_batch = a.shape().len() > 2 || x.shape().len() > 1 || y.is_some_and(|y| y.shape().len() > 1);
    if has_batch { out.reshaped(&[b, m]) } else { out.reshaped(&[m]) }
}

#[cfg(test)]
mod tests {
    use super::{Activation, gemv_axpby};
    use prism_device::Device;

    #[test]
    fn scales_and_shifts() {
        let device = Device::cpu();
        let a = device.upload(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3]).unwrap();
        let (x, y) = (device.upload(&[1.0, 0.5, -1.0], &[3]).unwrap(), device.upload(&[10.0, 20.0], &[2]).unwrap());
        let out = gemv_axpby(&a, &x, Some(&y), 2.0, 0.5, Activation::None).unwrap();
        assert_eq!((out.shape(), out.download().unwrap()), (&[2][..], vec![3.0, 11.0]));
        let plain = gemv_axpby(&a, &x, None, 1.0, 0.0, Activation::Relu).unwrap();
        assert_eq!(plain.download().unwrap(), [0.0, 0.5]);
        let bad = device.upload(&[f64::NAN, f64::NAN], &[2]).unwrap();
        let unread = gemv_axpby(&a, &x, Some(&bad), 1.0, 0.0, Activation::None).unwrap();
        assert_eq!(unread.download().unwrap(), [-1.0, 0.5]);
    }

    #[test]
    fn what_has_no_batch_serves_all() {
        let device = Device::cpu();
        let a = device.upload(&[1.0f32, 2.0, 3.0, 4.0], &[2, 1, 2]).unwrap();
        let (one, x) = (device.upload(&[1.0, 1.0], &[1, 2]).unwrap(), device.upload(&[1.0, 10.0], &[2]).unwrap());
        let y = device.upload(&[100.0], &[1]).unwrap();
        let out = gemv_axpby(&a, &x, Some(&y), 1.0, 1.0, Activation::None).unwrap();
        assert_eq!((out.shape(), out.download().unwrap()), (&[2, 1][..], vec![121.0, 143.0]));
        let xs = device.upload(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[3, 2]).unwrap();
        let out = gemv_axpby(&one, &xs, None, 1.0, 0.0, Activation::None).unwrap();
        assert_eq!((out.shape(), out.download().unwrap()), (&[3, 1][..], vec![3.0, 7.0, 11.0]));
    }

    #[test]
    fn long_rows_are_the_sum_of_their_parts() {
        let device = Device::cpu();
        let row: Vec<f64> = (0..70_000).map(|i| f64::from(i % 13) - 6.0).collect();
        let (a, x) = (device.upload(&row, &[1, 70_000]).unwrap(), device.upload(&row, &[70_000]).unwrap());
        let y = device.upload(&[1.0], &[1]).unwrap();
        let out = gemv_axpby(&a, &x, Some(&y), -1.0, 3.0, Activation::None).unwrap().download().unwrap();
        assert_eq!(out, [3.0 - row.iter().map(|x| x * x).sum::<f64>()]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let device = Device::cpu();
        let (a, x) = (device.zeros::<f32>(&[2, 3]).unwrap(), device.zeros(&[4]).unwrap());
        let error = gemv_axpby(&a, &x, None, 1.0, 0.0, Activation::None).unwrap_err().to_string();
        assert_eq!(error, "gemv_axpby: `x` must be [1, 3], got [1, 4]");
        let error = gemv_axpby(&a, &x, None, 1.0, 1.0, Activation::None).unwrap_err().to_string();
        assert_eq!(error, "gemv_axpby: needs y unless beta is 0, got beta = 1 and no y");
    }
}
