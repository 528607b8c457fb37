//! The extents of a product of two buffers of matrices, by `NumPy`'s rules.

use crate::argument::{listed, require};
use crate::broadcast::{broadcast, numbers};
use prism_device::{Error, ErrorKind, Result};

/// What an operation and its arguments are called.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    pub operation: &'static str,
    pub operands: [&'static str; 2],
    pub addend: &'static str,
}

/// The extents of a product.
pub(crate) struct Shape {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    /// Rows and columns of an added matrix: as many as the product's, or one for all.
    pub addend: [usize; 2],
    pub result: Vec<usize>,
    /// How many of the result's axes are those of one product.
    pub kept: usize,
    batches: Vec<usize>,
    of_operands: [Vec<usize>; 3],
}

/// A buffer's extents as those of matrices.
struct Matrices {
    batches: Vec<usize>,
    rows: usize,
    columns: usize,
    is_vector: bool,
}

impl Shape {
    /// The extents for operands and an added buffer of those shapes, or an error that names the one that does not fit.
    pub fn of(names: Names, operands: [&[usize]; 2], addend: &[usize], transposed: [bool; 2]) -> Result<Self> {
        let refuse = |argument, expected, got: &[usize]| -> Error {
            ErrorKind::Shape { kernel: names.operation, argument, expected, got: got.into() }.into()
        };
        let matrices = |of: usize| {
            let read = Matrices::read(operands[of], transposed[of], of == 0);
            read.ok_or_else(|| refuse(names.operands[of], "one extent at least".into(), operands[of]))
        };
        let (left, right) = (matrices(0)?, matrices(1)?);
        let (m, k, n) = (left.rows, left.columns, right.columns);
        require(names.operation, u32::try_from(k).is_ok(), "k < 2^32", || format!("k = {k}"))?;
        if right.rows != k {
            return Err(refuse(names.operands[1], right.expected(k, transposed[1]), operands[1]));
        }
        let batches = broadcast(&left.batches, &right.batches).ok_or_else(|| {
            let expected = format!("…, {}: batches that broadcast with {:?}", listed(&[k, n]), left.batches);
            refuse(names.operands[1], expected, operands[1])
        })?;
        let dropped = [left.is_vector, right.is_vector];
        let kept = [m, n].into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(extent, _)| extent);
        let result: Vec<usize> = batches.iter().copied().chain(kept).collect();
        let kept = result.len() - batches.len();
        if broadcast(addend, &result).as_ref() != Some(&result) {
            return Err(refuse(names.addend, format!("{}, or broadcast to it", listed(&result)), addend));
        }
        let (of_addend, addend) = parted(addend, dropped);
        Ok(Self { m, n, k, addend, result, kept, batches, of_operands: [left.batches, right.batches, of_addend] })
    }

    /// The products there are.
    pub fn products(&self) -> usize {
        self.batches.iter().product()
    }

    /// The matrices of each operand and of what is added.
    pub fn counts(&self) -> [usize; 3] {
        self.of_operands.each_ref().map(|extents| extents.iter().product())
    }

    /// The numbers of the three matrices of every product; none where each operand has one for all or one for each.
    pub fn which(&self) -> Vec<u32> {
        let products = self.products();
        if self.counts().into_iter().all(|count| count == 1 || count == products) {
            return Vec::new();
        }
        let [left, right, added] = self.of_operands.each_ref().map(|own| numbers(own, &self.batches));
        (0..products).flat_map(|product| [left[product], right[product], added[product]]).collect()
    }

    /// Makes one product of many whose rows follow each other and that share all else: a large one runs better.
    pub fn join_rows(&mut self, left_transposed: bool) {
        let [left, right, added] = self.counts();
        let rows = self.m * self.products();
        let shares = right == 1 && added == 1 && self.addend[0] == 1;
        if !left_transposed && left == self.products() && shares && u32::try_from(rows).is_ok() {
            (self.m, self.batches, self.of_operands) = (rows, Vec::new(), Default::default());
        }
    }
}

impl Matrices {
    /// A vector is a row on the left, a column on the right.
    fn read(shape: &[usize], transposed: bool, is_left: bool) -> Option<Self> {
        let (batches, [rows, columns]) = match *shape {
            [] => return None,
            [k] => (vec![], if is_left { [1, k] } else { [k, 1] }),
            [ref batches @ .., rows, columns] => {
                (batches.to_vec(), if transposed { [columns, rows] } else { [rows, columns] })
            }
        };
        Some(Self { batches, rows, columns, is_vector: shape.len() == 1 })
    }

    fn expected(&self, k: usize, transposed: bool) -> String {
        match (self.is_vector, transposed) {
            (true, _) => format!("k = {k}"),
            (false, false) => format!("…, k = {k}, n"),
            (false, true) => format!("…, n, k = {k}"),
        }
    }
}

/// The batch extents of what is added, and its rows and columns, those included that the result drops.
fn parted(added: &[usize], dropped: [bool; 2]) -> (Vec<usize>, [usize; 2]) {
    let mut batches = added.to_vec();
    let mut take = |dropped: bool| if dropped { 1 } else { batches.pop().unwrap_or(1) };
    let columns = take(dropped[1]);
    let rows = take(dropped[0]);
    (batches, [rows, columns])
}
