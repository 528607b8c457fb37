//! The columns of a space: those of its variables, one after another.

use super::scalar::Scalar;

/// Two or three variables side by side; each is a list of columns in sample order.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, T> {
    blocks: [&'a [&'a [T]]; 3],
}

impl<'a, T: Scalar> Columns<'a, T> {
    pub(super) fn new(a: &'a [&'a [T]], b: &'a [&'a [T]], c: &'a [&'a [T]]) -> Self {
        Self { blocks: [a, b, c] }
    }

    pub(super) fn dims(&self) -> usize {
        self.blocks.iter().map(|b| b.len()).sum()
    }

    pub(super) fn points(&self) -> usize {
        self.iter().next().map_or(0, <[T]>::len)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [T]> {
        self.blocks.into_iter().flatten().copied()
    }

    pub(super) fn get(&self, dim: usize) -> &'a [T] {
        let [a, b, c] = self.blocks;
        let beyond_a = dim.wrapping_sub(a.len());
        match () {
            () if dim < a.len() => a[dim],
            () if beyond_a < b.len() => b[beyond_a],
            () => c[beyond_a - b.len()],
        }
    }

    /// For each variable the distance of two samples in it.
    pub(super) fn distances(&self, i: usize, j: usize) -> [T; 3] {
        self.blocks.map(|block| block.iter().fold(T::ZERO, |d, column| d.larger((column[i] - column[j]).abs())))
    }
}
