//! How matrices, stacks of matrices and vectors meet in a product on tensor cores.

use crate::argument::exactly;
use crate::linalg::{Names, Shape};
use prism_device::{Buffer, Device, ErrorKind, Result};

/// The extents of a product, after `numpy.matmul`.
pub(super) struct Extents {
    pub(super) m: usize,
    pub(super) n: usize,
    pub(super) k: usize,
    /// How many matrices there are of a and of b.
    pub(super) matrices: [usize; 2],
    /// How many products.
    pub(super) products: usize,
    /// The shape of the output.
    pub(super) shape: Vec<usize>,
    /// The shape of one product of it.
    one: Vec<usize>,
    /// The matrices of every product, where they are neither its own nor the only one.
    pairs: Vec<u32>,
}

impl Extents {
    /// Judges the shapes of a and b.
    pub(super) fn of(operation: &'static str, a: &[usize], b: &[usize], transposed: [bool; 2]) -> Result<Self> {
        let names = Names { operation, operands: ["a", "b"], addend: "c" };
        let product = Shape::of(names, [a, b], &[], transposed)?;
        let (pairs, products, [left, right, _]) = (product.which(), product.products(), product.counts());
        let one = product.result[product.result.len() - product.kept..].to_vec();
        Ok(Self {
            m: product.m,
            n: product.n,
            k: product.k,
            matrices: [left, right],
            products,
            shape: product.result,
            one,
            pairs: pairs.chunks(3).flat_map(|matrices| [matrices[0], matrices[1]]).collect(),
        })
    }

    /// The matrices of every product for the device.
    pub(super) fn pairs(&self, device: &Device) -> Result<Buffer<u32>> {
        device.upload(&self.pairs, &[self.pairs.len() / 2, 2])
    }

    /// How many matrices `[m, n]` an addend of the output has: one for every product, or one for all.
    pub(super) fn addends(
        &self,
        operation: &'static str,
        argument: &'static str,
        addend: Option<&Buffer<f32>>,
    ) -> Result<usize> {
        let Some(addend) = addend else { return Ok(0) };
        match addend.shape() {
            shape if shape == self.one => Ok(1),
            shape => exactly(operation, argument, shape, &self.shape).map(|()| self.products),
        }
    }

    /// How many rows a bias has: one, or none where it is absent.
    pub(super) fn rows_of_bias(&self, operation: &'static str, bias: Option<&Buffer<f32>>) -> Result<usize> {
        let Some(bias) = bias else { return Ok(0) };
        let (expected, got) = (format!("n = {}", self.n), bias.shape().to_vec());
        let fits = got == [self.n];
        if fits { Ok(1) } else { Err(ErrorKind::Shape { kernel: operation, argument: "bias", expected, got }.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Extents;

    fn of(a: &[usize], b: &[usize], transposed: [bool; 2]) -> Extents {
        Extents::of("product", a, b, transposed).unwrap()
    }

    /// `numpy.matmul(numpy.zeros(a), numpy.zeros(b)).shape`, numpy 2.4.6.
    #[test]
    fn shapes_are_those_of_numpy() {
        let cases: [(&[usize], &[usize], &[usize]); 8] = [
            (&[2, 3], &[3, 4], &[2, 4]),
            (&[3], &[3], &[]),
            (&[3], &[5, 3, 4], &[5, 4]),
            (&[5, 2, 3], &[3], &[5, 2]),
            (&[7, 1, 2, 3], &[5, 3, 4], &[7, 5, 2, 4]),
            (&[0, 2, 3], &[1, 3, 4], &[0, 2, 4]),
            (&[2, 0], &[0, 4], &[2, 4]),
            (&[6, 2, 3], &[6, 3, 4], &[6, 2, 4]),
        ];
        for (a, b, shape) in cases {
            assert_eq!(of(a, b, [false; 2]).shape, shape, "{a:?} {b:?}");
        }
    }

    #[test]
    fn every_product_knows_its_matrices() {
        let product = of(&[2, 1, 4, 3], &[3, 5, 3], [false, true]);
        assert_eq!((product.m, product.n, product.k, product.products), (4, 5, 3, 6));
        assert_eq!(product.pairs, [0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2]);
        assert!(of(&[6, 4, 3], &[3, 5], [false; 2]).pairs.is_empty());
    }

    #[test]
    fn vectors_are_not_transposed() {
        let product = of(&[3], &[4, 3], [true, true]);
        assert_eq!((product.m, product.n, product.k, product.shape), (1, 4, 3, vec![4]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |a: &[usize], b: &[usize]| Extents::of("product", a, b, [false; 2]).err().unwrap().to_string();
        assert_eq!(refused(&[2, 3], &[4, 5]), "product: `b` must be […, k = 3, n], got [4, 5]");
        let stack = "product: `b` must be […, 3, 5: batches that broadcast with [2]], got [3, 3, 5]";
        assert_eq!(refused(&[2, 2, 3], &[3, 3, 5]), stack);
        assert_eq!(refused(&[], &[3]), "product: `a` must be [one extent at least], got []");
    }
}
