//! A product of two buffers of matrices by the kernel that suits its shape.

use super::product_shape::{Names, Shape};
use super::{GEMM_NARROW, GEMM_WIDE};
use crate::map::Activation;
use prism_device::{Arg, Buffer, Dtype, Entry, Float, Result, View, run};

/// Tiles of 64 × 128 that a product must have for them to keep a device busy.
const MANY: usize = 256;

/// act(α·op(A)·op(B) + β·addend).
pub(super) struct Product<'a, V> {
    pub names: Names,
    pub operands: [&'a V; 2],
    pub addend: Option<&'a V>,
    pub transposed: [bool; 2],
    pub factors: [f64; 2],
    pub activation: Activation,
}

impl<V> Product<'_, V> {
    /// Computes it on the device of its operands.
    pub fn compute<T: Float>(&self) -> Result<Buffer<T>>
    where
        V: View<T>,
    {
        let [left, right] = self.operands;
        let added = self.addend.map_or(&[][..], V::shape);
        let mut shape = Shape::of(self.names, [left.shape(), right.shape()], added, self.transposed)?;
        shape.join_rows(self.transposed[0]);
        let (device, [m, n, k], [g, h, e]) = (left.device(), [shape.m, shape.n, shape.k], shape.counts());
        let e = if self.addend.is_some() { e } else { 0 };
        let which = shape.which();
        let which = device.upload(&which, &[which.len() / 3, 3])?;
        let none: Buffer<T> = device.zeros(&[0])?;
        let (left, right) = (left.seen_as(&[g, m * k])?, right.seen_as(&[h, k * n])?);
        let added = [e, shape.addend[0], shape.addend[1]];
        let addend = self.addend.map_or_else(|| none.seen_as(&added), |addend| addend.seen_as(&added))?;
        let mut out = device.zeros(&[shape.products(), m, n])?;
        let [left_transposed, right_transposed] = self.transposed.map(|flag| Arg::Scalar(u32::from(flag).into()));
        let [alpha, beta] = self.factors.map(|factor| Arg::Scalar(factor.into()));
        let [k, activation] = [k as u32, self.activation as u32].map(|number| Arg::Scalar(number.into()));
        let (inputs, result) =
            ([Arg::In(&left), Arg::In(&right), Arg::In(&addend), Arg::In(&which)], Arg::Out(&mut out));
        let settings = [alpha, beta, k, left_transposed, right_transposed, activation];
        let mut arguments: Vec<Arg> = inputs.into_iter().chain([result]).chain(settings).collect();
        run(kernel::<T>(&shape), &mut arguments)?;
        drop(arguments);
        out.reshaped(&shape.result)
    }
}

/// Wide tiles for products with many, narrow ones for the others and for `f64`, whose sums take twice the registers.
fn kernel<T: Float>(shape: &Shape) -> &'static Entry {
    let tiles = shape.products() * shape.m.div_ceil(64) * shape.n.div_ceil(128);
    let is_wide = T::DTYPE != Dtype::F64 && shape.n > 64 && tiles >= MANY;
    if is_wide { &GEMM_WIDE } else { &GEMM_NARROW }
}
