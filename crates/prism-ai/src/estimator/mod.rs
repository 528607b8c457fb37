//! The estimators that need no neighbours, as pure functions on columns.
//!
//! All of them answer one question, `I(X;Y|Z)` in nats, for variables given as groups of columns
//! (`x: &[&[f64]]`, each slice one column `[n]`, row `t` of every column the same moment). Transfer entropy is
//! that question asked with X the past of the source, Y the present of the target and Z the past of the target.
//!
//! [`gaussian`] sees linear coupling and is exact for Gaussian variables, [`discrete`] takes integer states as
//! they are, [`binned`] makes states of real values first. None is clipped at zero.

pub mod binned;
pub mod discrete;
pub mod gaussian;
pub(crate) mod radii;
pub(crate) mod target;

#[cfg(test)]
mod draws;

use crate::{Error, Result};

/// The number of samples `n` that every column holds.
fn samples<'a>(columns: impl IntoIterator<Item = &'a [f64]>) -> Result<usize> {
    let mut lengths = columns.into_iter().map(<[f64]>::len);
    let n = lengths.next().unwrap_or(0);
    match lengths.find(|&l| l != n) {
        Some(l) => Err(Error::series(format!("a variable has columns of {n} and of {l} samples; they must be equal"))),
        None => Ok(n),
    }
}
