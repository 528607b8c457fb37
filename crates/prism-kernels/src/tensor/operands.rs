//! How matrices, stacks of matrices and vectors meet in a product.

use crate::argument::{exactly, require};
use prism_device::{Buffer, Device, ErrorKind, Result};

/// One operand: leading extents, rows and columns as it is stored, and whether it is a vector.
struct Side {
    stack: Vec<usize>,
    matrix: [usize; 2],
    vector: bool,
}

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
    /// How many of its extents count products.
    stacked: usize,
    /// The matrices of every product, where they are neither its own nor the only one.
    pairs: Vec<u32>,
}

impl Side {
    /// A vector is a row of a or a column of b: one line along the depth.
    fn of(operation: &'static str, argument: &'static str, shape: &[usize], is_a: bool) -> Result<Self> {
        match *shape {
            [] => {
                let (expected, got) = ("…, rows, columns".to_owned(), Vec::new());
                Err(ErrorKind::Shape { kernel: operation, argument, expected, got }.into())
            }
            [k] => Ok(Self { stack: vec![], matrix: if is_a { [1, k] } else { [k, 1] }, vector: true }),
            [ref stack @ .., rows, columns] => {
                Ok(Self { stack: stack.to_vec(), matrix: [rows, columns], vector: false })
            }
        }
    }

    /// Rows and columns after transposition, which leaves vectors as they are.
    fn seen(&self, transposed: bool) -> [usize; 2] {
        let [rows, columns] = self.matrix;
        if transposed && !self.vector { [columns, rows] } else { [rows, columns] }
    }

    /// Which of its matrices the product of those indices takes.
    fn matrix_of(&self, indices: &[usize]) -> usize {
        let own = &indices[indices.len() - self.stack.len()..];
        own.iter().zip(&self.stack).fold(0, |at, (&i, &extent)| at * extent + if extent == 1 { 0 } else { i })
    }
}

impl Extents {
    /// Judges the shapes of a and b.
    pub(super) fn of(operation: &'static str, a: &[usize], b: &[usize], transposed: [bool; 2]) -> Result<Self> {
        let (left, right) = (Side::of(operation, "a", a, true)?, Side::of(operation, "b", b, false)?);
        let ([m, depth], [k, n]) = (left.seen(transposed[0]), right.seen(transposed[1]));
        let given = || format!("a {a:?} and b {b:?}");
        require(operation, depth == k, "as many columns of op(a) as rows of op(b)", given)?;
        let stack = broadcast(&left.stack, &right.stack);
        require(operation, stack.is_some(), "leading extents that are equal or 1", given)?;
        let stack = stack.unwrap_or_default();
        let products = stack.iter().product();
        let matrices = [&left, &right].map(|side| side.stack.iter().product());
        let own = matrices.iter().all(|&count| count == 1 || count == products);
        let pairs = if own { vec![] } else { pairs(&left, &right, &stack) };
        let stacked = stack.len();
        let rows = if left.vector { None } else { Some(m) };
        let shape = stack.into_iter().chain(rows).chain(if right.vector { None } else { Some(n) }).collect();
        Ok(Self { m, n, k, matrices, products, shape, stacked, pairs })
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
            shape if shape == &self.shape[self.stacked..] => Ok(1),
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

/// The extents that two stacks have together: equal ones, or the other's where one is 1 or missing.
fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let of = |stack: &[usize], i: usize| (i + stack.len()).checked_sub(rank).map_or(1, |at| stack[at]);
    let both = |i| match (of(a, i), of(b, i)) {
        (x, y) if x == y || y == 1 => Some(x),
        (1, y) => Some(y),
        _ => None,
    };
    (0..rank).map(both).collect()
}

/// The numbers of the matrices of every product of a stack.
fn pairs(a: &Side, b: &Side, stack: &[usize]) -> Vec<u32> {
    let indices = |product: usize| {
        let mut left = product;
        let mut indices: Vec<usize> = stack.iter().rev().map(|&e| (left % e, left /= e).0).collect();
        indices.reverse();
        indices
    };
    let of = |product| {
        let indices = indices(product);
        [a, b].map(|side| side.matrix_of(&indices) as u32)
    };
    (0..stack.iter().product()).flat_map(of).collect()
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
        let depth = "product: needs as many columns of op(a) as rows of op(b), got a [2, 3] and b [4, 5]";
        assert_eq!(refused(&[2, 3], &[4, 5]), depth);
        let stack = "product: needs leading extents that are equal or 1, got a [2, 2, 3] and b [3, 3, 5]";
        assert_eq!(refused(&[2, 2, 3], &[3, 3, 5]), stack);
        assert_eq!(refused(&[], &[3]), "product: `a` must be […, rows, columns], got []");
    }
}
