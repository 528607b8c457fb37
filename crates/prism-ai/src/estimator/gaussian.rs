//! Information of Gaussian variables: the logarithm of how much a column shrinks when more of it is explained.
//!
//! `I(X;Y|Z) = ½ ln( |Σ_xz| |Σ_yz| / (|Σ_z| |Σ_xyz|) ) = ½ ln( |Σ_x|z| / |Σ_x|yz| )`, the second form being the
//! ratio of the generalised residual variances of X regressed on Z and on (Y, Z). Read as a transfer entropy it
//! is half the Granger causality (Barnett, Barrett & Seth 2009, Phys. Rev. Lett. 103, 238701).
//!
//! The determinants are never formed. Centred columns of unit length are orthogonalised twice (Gram–Schmidt), so
//! the residual lengths are the diagonal of the Cholesky factor of the correlation matrix without the squared
//! condition number that computing this matrix would bring; an over-sampled recording, whose neighbouring
//! samples are almost equal, keeps its digits.

use super::samples;
use crate::{Error, Result};

/// Conditional mutual information `I(X;Y|Z)` of jointly Gaussian columns, in nats; `z` may be empty.
///
/// `x [dx][n]`, `y [dy][n]`, `z [dz][n]`. O(n·d²) with d = dx + dy + dz; d·n values of scratch. Maximum
/// likelihood, so positively biased by about dx·dy/(2n).
///
/// # Errors
/// When columns differ in length, when `y` is empty, and when the columns are constant or linearly dependent.
pub fn conditional_mutual_information(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]]) -> Result<f64> {
    GaussianTarget::new(y, z)?.information(x)
}

/// The share of each sample in `I(X;Y|Z)`, in nats, `[n]`; their mean is the conditional mutual information.
///
/// `ln( p(x|y,z) / p(x|z) )` under the fitted Gaussian (Lizier 2014, Front. Robot. AI 1:11), covariances with 1/n.
///
/// # Errors
/// As [`conditional_mutual_information`].
pub fn gaussian_local(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]]) -> Result<Vec<f64>> {
    GaussianTarget::new(y, z)?.local(x)
}

/// Y and Z made ready once, for asking `I(X;Y|Z)` of many X: every permutation of a source's rows, for instance.
///
/// Holds (dy + dz)·n values; a question then costs O(n·dx·d).
#[derive(Debug, Clone)]
pub struct GaussianTarget {
    /// An orthonormal basis of the columns of Z, then of what Y adds to them.
    basis: Vec<Vec<f64>>,
    dz: usize,
    n: usize,
    /// The rounding error that the worst column brought with it, relative to its centred length.
    noise: f64,
}

/// X as two orthonormal sets: what Z leaves of it, and what (Y, Z) leave of it.
struct Residuals {
    given_z: Vec<Vec<f64>>,
    given_yz: Vec<Vec<f64>>,
    information: f64,
}

impl GaussianTarget {
    /// Fits Y and Z. `y [dy][n]`, `z [dz][n]`; `z` may be empty. O(n·(dy + dz)²).
    ///
    /// # Errors
    /// When columns differ in length, when `y` is empty, and when the columns are constant or linearly dependent.
    pub fn new(y: &[&[f64]], z: &[&[f64]]) -> Result<Self> {
        let n = samples(y.iter().chain(z).copied())?;
        if y.is_empty() {
            return Err(Error::series("the target variable has no column"));
        }
        let mut target = Self { basis: Vec::with_capacity(y.len() + z.len()), dz: z.len(), n, noise: 0.0 };
        target.extend("z", z)?;
        target.extend("y", y)?;
        Ok(target)
    }

    fn extend(&mut self, name: &str, columns: &[&[f64]]) -> Result<()> {
        for (i, column) in columns.iter().enumerate() {
            let (mut unit, noise) = standardised(column).ok_or_else(|| dependent(name, i))?;
            self.noise = self.noise.max(noise);
            let length = orthogonalise(&mut unit, [&self.basis]);
            self.basis.push(normalised(unit, length, self.noise).ok_or_else(|| dependent(name, i))?);
        }
        Ok(())
    }

    /// `I(X;Y|Z)` in nats for `x [dx][n]`.
    ///
    /// # Errors
    /// When a column of `x` has another length, is constant, or is linearly dependent on the rest.
    pub fn information(&self, x: &[&[f64]]) -> Result<f64> {
        Ok(self.residuals(x)?.information)
    }

    /// The share of each sample in `I(X;Y|Z)`, `[n]`, as [`gaussian_local`].
    ///
    /// # Errors
    /// As [`GaussianTarget::information`].
    pub fn local(&self, x: &[&[f64]]) -> Result<Vec<f64>> {
        let r = self.residuals(x)?;
        let half_n = 0.5 * self.n as f64;
        let square = |set: &[Vec<f64>], t: usize| set.iter().map(|u| u[t] * u[t]).sum::<f64>();
        Ok((0..self.n).map(|t| r.information + half_n * (square(&r.given_z, t) - square(&r.given_yz, t))).collect())
    }

    fn residuals(&self, x: &[&[f64]]) -> Result<Residuals> {
        if let Some(column) = x.iter().find(|c| c.len() != self.n) {
            let (n, l) = (self.n, column.len());
            return Err(Error::series(format!("the source has {l} samples and the target {n}; they must be equal")));
        }
        let (z, y) = self.basis.split_at(self.dz);
        let mut r = Residuals { given_z: vec![], given_yz: vec![], information: 0.0 };
        for (i, column) in x.iter().enumerate() {
            let (mut unit, noise) = standardised(column).ok_or_else(|| dependent("x", i))?;
            let noise = noise.max(self.noise);
            let given_z = orthogonalise(&mut unit, [z, &r.given_z]);
            r.given_z.push(normalised(unit.clone(), given_z, noise).ok_or_else(|| dependent("x", i))?);
            let given_yz = orthogonalise(&mut unit, [z, y, &r.given_yz]);
            r.given_yz.push(normalised(unit, given_yz, noise).ok_or_else(|| dependent("x", i))?);
            r.information += (given_z / given_yz).ln();
        }
        Ok(r)
    }
}

fn dependent(name: &str, index: usize) -> Error {
    let what = "is constant or a linear combination of the others: the columns are linearly dependent";
    let mend = "leave it out, or shorten the histories";
    Error::series(format!("column {} of {name} {what}, so no Gaussian estimate exists; {mend}", index + 1))
}

/// The column centred and of length one, and its rounding error on that scale; `None` when it is constant.
fn standardised(column: &[f64]) -> Option<(Vec<f64>, f64)> {
    let first = *column.first()?;
    // Subtracting the first value and scaling keep the sums of very large and very small columns in range.
    let halved = column.iter().map(|v| 0.5 * v - 0.5 * first);
    let scale = halved.clone().fold(0.0, |most: f64, v| most.max(v.abs()));
    if scale <= 0.0 {
        return None;
    }
    let mut unit: Vec<f64> = halved.map(|v| v / scale).collect();
    for _ in 0..2 {
        let mean = unit.iter().sum::<f64>() / unit.len() as f64;
        for v in &mut unit {
            *v -= mean;
        }
    }
    let length = dot(&unit, &unit).sqrt();
    let offset = (0.5 * first.abs() / scale).max(1.0) * (unit.len() as f64).sqrt();
    Some((scaled(unit, length), f64::EPSILON * offset / length))
}

/// Takes the orthonormal columns of `sets` out of `column` and returns the length that is left.
fn orthogonalise<const SETS: usize>(column: &mut [f64], sets: [&[Vec<f64>]; SETS]) -> f64 {
    for _ in 0..2 {
        for direction in sets.into_iter().flatten() {
            let along = dot(direction, column);
            column.iter_mut().zip(direction).for_each(|(v, d)| *v -= along * d);
        }
    }
    dot(column, column).sqrt()
}

/// The column of length `length` scaled to one; `None` when that length is nothing but rounding.
fn normalised(column: Vec<f64>, length: f64, noise: f64) -> Option<Vec<f64>> {
    (length > 16.0 * noise).then(|| scaled(column, length))
}

fn scaled(mut column: Vec<f64>, length: f64) -> Vec<f64> {
    for v in &mut column {
        *v /= length;
    }
    column
}

/// Eight running sums, added in a fixed order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut lanes = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for l in 0..8 {
            lanes[l] += a[l] * b[l];
        }
    }
    lanes.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
#[path = "gaussian_tests.rs"]
mod tests;
