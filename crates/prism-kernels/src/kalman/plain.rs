//! Small dense matrices, row by row, in doubles.

use prism_device::Real;

/// A matrix of the elements of a slice.
#[derive(Clone)]
pub(super) struct Matrix {
    pub rows: usize,
    pub columns: usize,
    pub values: Vec<f64>,
}

impl Matrix {
    pub fn of(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..rows * columns).map(|e| value(e / columns, e % columns)).collect();
        Self { rows, columns, values }
    }

    /// Matrix `index` of an array of matrices; the first where there is only one.
    pub fn take<T: Real>(array: &[T], count: usize, index: usize, rows: usize, columns: usize) -> Self {
        let at = if count == 1 { 0 } else { index } * rows * columns;
        Self { rows, columns, values: array[at..at + rows * columns].iter().map(|&x| x.into()).collect() }
    }

    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.columns + j]
    }

    pub fn transposed(&self) -> Self {
        Self::of(self.columns, self.rows, |i, j| self.at(j, i))
    }

    pub fn times(&self, other: &Self) -> Self {
        let cell = |i, j| (0..self.columns).map(|k| self.at(i, k) * other.at(k, j)).sum();
        Self::of(self.rows, other.columns, cell)
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self::of(self.rows, self.columns, |i, j| self.at(i, j) + other.at(i, j))
    }

    pub fn minus(&self, other: &Self) -> Self {
        Self::of(self.rows, self.columns, |i, j| self.at(i, j) - other.at(i, j))
    }

    /// Half the sum with its transpose.
    pub fn symmetrised(&self) -> Self {
        Self::of(self.rows, self.rows, |i, j| 0.5 * (self.at(i, j) + self.at(j, i)))
    }

    /// The lower Cholesky factor; `None` unless the matrix is positive definite.
    pub fn cholesky(&self) -> Option<Self> {
        let mut l = Self::of(self.rows, self.rows, |_, _| 0.0);
        for j in 0..self.rows {
            for i in j..self.rows {
                let rest = self.at(i, j) - (0..j).map(|k| l.at(i, k) * l.at(j, k)).sum::<f64>();
                if i == j && !(rest > 0.0 && rest.is_finite()) {
                    return None;
                }
                l.values[i * self.rows + j] = if i == j { rest.sqrt() } else { rest / l.at(j, j) };
            }
        }
        Some(l)
    }

    /// L⁻¹·b of a lower triangle L.
    pub fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y = b.to_vec();
        for i in 0..self.rows {
            y[i] = (y[i] - (0..i).map(|k| self.at(i, k) * y[k]).sum::<f64>()) / self.at(i, i);
        }
        y
    }

    /// L⁻ᵀ·b of a lower triangle L.
    pub fn backward(&self, b: &[f64]) -> Vec<f64> {
        let mut y = b.to_vec();
        for i in (0..self.rows).rev() {
            y[i] = (y[i] - (i + 1..self.rows).map(|k| self.at(k, i) * y[k]).sum::<f64>()) / self.at(i, i);
        }
        y
    }

    /// Rounds every element into `out`.
    pub fn write<T: Real>(&self, out: &mut [T]) {
        out.iter_mut().zip(&self.values).for_each(|(out, &x)| *out = T::nearest(x));
    }
}
