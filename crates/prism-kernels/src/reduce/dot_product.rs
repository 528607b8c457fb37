//! Dot products along the last axis.

use super::{DOT_JOIN, DOT_ROWS, Factor};
use crate::argument::{exactly, require};
use crate::rows::parts;
use prism_derive::{Settings, operation};
use prism_device::{Arg, Buffer, Result, run};

const NAME: &str = "dot_product";

/// What [`dot_product`] is told.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct DotProductSettings {
    /// Whether the complex conjugate of a is taken; real numbers are their own.
    pub conj: bool,
}

impl Default for DotProductSettings {
    fn default() -> Self {
        Self { conj: true }
    }
}

/// Dot product Σ aᵢ·bᵢ along the last axis; of complex numbers Σ aᵢ*·bᵢ, or without `conj` Σ aᵢ·bᵢ.
///
/// `a, b […, N]` of one shape, real or complex → `[…]`; 0 for N = 0. Products and sums in double precision, one rounding.
/// Equals `numpy.einsum('bn,bn->b')` of doubles, and `numpy.vdot` of complex numbers. Each input is read once; two doubles
/// of scratch for a part of few long rows.
///
/// # Errors
/// `Requirement` where a has no axis; `Shape` where b has not the shape of a; out of memory.
#[operation(types(f16, bf16, f32, f64, c64, c128), kernels(super::DOT_ROWS, super::DOT_JOIN), output(c))]
pub fn dot_product<T: Factor>(a: &Buffer<T>, b: &Buffer<T>, settings: &DotProductSettings) -> Result<Buffer<T>> {
    judge(a.shape(), b.shape())?;
    let (device, (n, leading)) = (a.device(), a.shape().split_last().unwrap_or((&0, &[])));
    let r = leading.iter().product();
    let cut = parts(r, *n);
    let ends = cut == 1;
    let mut y = device.zeros(&[if ends { r } else { 0 }])?;
    let mut sums = device.zeros::<f64>(&[if ends { 0 } else { r * cut }, 2])?;
    let inputs = (a.seen_as(&[r, *n])?, b.seen_as(&[r, *n])?);
    let [conj, cuts, last] = [settings.conj.into(), cut as u32, ends.into()].map(|x: u32| Arg::Scalar(x.into()));
    let (a, b) = (Arg::In(&inputs.0), Arg::In(&inputs.1));
    run(&DOT_ROWS, &mut [a, b, Arg::Out(&mut y), Arg::Out(&mut sums), conj, cuts, last])?;
    if !ends {
        y = device.zeros(&[r])?;
        run(&DOT_JOIN, &mut [Arg::In(&sums.seen_as(&[r, cut, 2])?), Arg::Out(&mut y)])?;
    }
    y.reshaped(leading)
}

fn judge(a: &[usize], b: &[usize]) -> Result<()> {
    require(NAME, !a.is_empty(), "a of one axis at least", || format!("a of shape {a:?}"))?;
    exactly(NAME, "b", b, a)
}

#[cfg(test)]
mod tests {
    use super::{DotProductSettings, dot_product};
    use prism_device::{Device, bf16, c64, c128};

    const A: [f64; 6] = [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5];
    const B: [f64; 6] = [2.0, -1.0, 0.5, 3.0, 1.0, -2.0];

    /// `numpy.einsum('bn,bn->b', a, b)`, numpy 2.4.6.
    #[test]
    fn rows_equal_numpys_sum_of_products() {
        let device = Device::cpu();
        let (a, b) = (device.upload(&A, &[2, 1, 3]).unwrap(), device.upload(&B, &[2, 1, 3]).unwrap());
        let y = dot_product(&a, &b, &DotProductSettings::default()).unwrap();
        assert_eq!((y.shape(), y.download().unwrap()), (&[2, 1][..], vec![-1.5, -0.5]));
    }

    /// `numpy.vdot(a, b)` and `numpy.dot(a, b)` for a = A[:3] + i·A[3:] and b = B[:3] − i·B[3:], numpy 2.4.6.
    #[test]
    fn complex_numbers_equal_numpys_vdot_and_dot() {
        let device = Device::cpu();
        let complex = |x: &[f64; 6], sign: f64| (0..3).map(|i| c128::new(x[i], sign * x[i + 3])).collect::<Vec<_>>();
        let (a, b) = (complex(&A, 1.0), complex(&B, -1.0));
        for (conj, known) in [(true, c128::new(-1.0, 2.75)), (false, c128::new(-2.0, 4.25))] {
            let settings = DotProductSettings { conj };
            let (x, y) = (device.upload(&a, &[3]).unwrap(), device.upload(&b, &[3]).unwrap());
            let product = dot_product(&x, &y, &settings).unwrap();
            assert_eq!((product.shape(), product.download().unwrap()), (&[][..], vec![known]));
            let single = |x: &[c128]| x.iter().map(|z| c64::new(z.re as f32, z.im as f32)).collect::<Vec<_>>();
            let (x, y) = (device.upload(&single(&a), &[3]).unwrap(), device.upload(&single(&b), &[3]).unwrap());
            let product = dot_product(&x, &y, &settings).unwrap().download().unwrap();
            assert_eq!(product, [c64::new(known.re as f32, known.im as f32)]);
        }
    }

    #[test]
    fn long_rows_are_the_sum_of_their_parts() {
        let device = Device::cpu();
        let x: Vec<bf16> = (0..70_001).map(|i| bf16::from_f32((i % 5) as f32)).collect();
        let known: f64 = (0..70_001).map(|i| f64::from(i % 5).powi(2)).sum();
        let x = device.upload(&x, &[1, 70_001]).unwrap();
        let y = dot_product(&x, &x, &DotProductSettings::default()).unwrap().download().unwrap();
        assert_eq!(y, [bf16::from_f64(known)]);
    }

    #[test]
    fn no_terms_add_to_0_and_shapes_must_be_equal() {
        let (device, settings) = (Device::cpu(), DotProductSettings::default());
        let zeros = |shape: &[usize]| device.zeros::<f32>(shape).unwrap();
        assert_eq!(dot_product(&zeros(&[2, 0]), &zeros(&[2, 0]), &settings).unwrap().download().unwrap(), [0.0, 0.0]);
        assert_eq!(dot_product(&zeros(&[0, 3]), &zeros(&[0, 3]), &settings).unwrap().shape(), [0]);
        let error = |a: &[usize], b: &[usize]| dot_product(&zeros(a), &zeros(b), &settings).unwrap_err().to_string();
        assert_eq!(error(&[2, 3], &[3]), "dot_product: `b` must be [2, 3], got [3]");
        assert_eq!(error(&[], &[]), "dot_product: needs a of one axis at least, got a of shape []");
    }
}
