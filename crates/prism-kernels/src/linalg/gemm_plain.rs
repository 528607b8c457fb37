//! The definition of a product of matrices with what follows it.

use crate::map::activation::activate;
use prism_device::Float;

/// Shapes and settings of products, as the kernels declare them.
pub(super) struct Products {
    pub b: usize,
    pub extents: [usize; 3],
    pub counts: [usize; 3],
    pub addend: [usize; 2],
    pub transposed: [u32; 2],
    pub factors: [f64; 2],
    pub activation: u32,
}

/// One element before its activation.
pub(super) struct Element {
    /// α·Σ + β·addend.
    pub value: f64,
    /// Σ of the magnitudes, times |α|.
    pub magnitude: f64,
}

impl Products {
    /// The products in double precision, rounded once.
    pub fn compute<T: Float>(&self, left: &[T], right: &[T], addend: &[T], which: &[u32], out: &mut [T]) {
        let [left, right, addend] = [left, right, addend].map(|x| x.iter().map(|&x| x.into()).collect::<Vec<f64>>());
        let round = |x: &Element| T::nearest(activate(x.value, self.activation));
        self.each([&left, &right, &addend], which, |at, element| out[at] = round(&element));
    }

    /// Calls `f` with the place of every element and what it is before its activation.
    pub fn each(&self, operands: [&[f64]; 3], which: &[u32], mut f: impl FnMut(usize, Element)) {
        let [m, n, _] = self.extents;
        for at in 0..self.b * m * n {
            let (product, i, j) = (at / (m * n), at / n % m, at % n);
            let matrices = [0, 1, 2].map(|operand| self.matrix(which, product, operand));
            f(at, self.element(operands, matrices, i, j));
        }
    }

    fn element(&self, [left, right, addend]: [&[f64]; 3], [l, r, a]: [usize; 3], i: usize, j: usize) -> Element {
        let [m, n, k] = self.extents;
        let [alpha, beta] = self.factors;
        let (mut sum, mut magnitude) = (0.0, 0.0);
        for p in 0..k {
            let row = if self.transposed[0] == 1 { p * m + i } else { i * k + p };
            let column = if self.transposed[1] == 1 { j * k + p } else { p * n + j };
            let term = left[l * m * k + row] * right[r * k * n + column];
            (sum, magnitude) = (sum + term, magnitude + term.abs());
        }
        let [rows, columns] = self.addend;
        let place = || (a * rows + i.min(rows - 1)) * columns + j.min(columns - 1);
        let shift = if self.counts[2] > 0 { beta * addend[place()] } else { 0.0 };
        Element { value: alpha * sum + shift, magnitude: alpha.abs() * magnitude }
    }

    /// The number of the matrix that an operand has for a product.
    fn matrix(&self, which: &[u32], product: usize, operand: usize) -> usize {
        let own = || product.min(self.counts[operand].max(1) - 1);
        which.get(product * 3 + operand).map_or_else(own, |&matrix| matrix as usize)
    }
}
