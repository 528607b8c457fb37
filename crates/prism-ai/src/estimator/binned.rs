//! Real values as integer states: equal-width bins, as `numpy.histogram` cuts them.
//!
//! A column is cut over its own [min, max] into bins `[e_k, e_k+1)`, the last one closed, with edges
//! `e_k = lo + k(hi−lo)/bins` as `numpy.linspace` rounds them; a constant column is widened by ±½. The index is
//! found by arithmetic and then corrected against the edges, so a value on an edge is always right. To give
//! the past and the present of a channel the same edges, [`bin`] the whole channel and then take its histories.

use super::discrete::{self, Correction, States};
use crate::{Error, Result, exact};

/// The edges of one column's bins.
struct Edges {
    lo: f64,
    hi: f64,
    bins: usize,
}

impl Edges {
    /// # Errors
    /// Without bins, and when the values are not finite or their range is not.
    fn of(column: &[f64], bins: usize) -> Result<Self> {
        if bins == 0 {
            return Err(Error::setting("--bins", "a histogram needs at least one bin"));
        }
        let (lo, hi) = exact::range(column);
        if column.iter().any(|v| v.is_nan()) || !(hi - lo).is_finite() {
            return Err(Error::series(format!("values from {lo} to {hi} cannot be cut into bins of equal width")));
        }
        let widen = if lo >= hi { 0.5 } else { 0.0 };
        Ok(Self { lo: lo - widen, hi: hi + widen, bins })
    }

    fn edge(&self, k: usize) -> f64 {
        let (width, bins) = (self.hi - self.lo, self.bins as f64);
        let step = width / bins;
        match k {
            _ if k == self.bins => self.hi,
            _ if step == 0.0 => k as f64 / bins * width + self.lo,
            _ => k as f64 * step + self.lo,
        }
    }

    fn bin(&self, value: f64) -> u32 {
        let last = self.bins - 1;
        let share = (value - self.lo) / (self.hi - self.lo);
        // A constant so large that ±½ is lost in it has no width; its share is NaN, which becomes bin 0.
        let guess = ((share * self.bins as f64) as usize).min(last);
        let index = match guess {
            k if value < self.edge(k) => k.saturating_sub(1),
            k if k < last && value >= self.edge(k + 1) => k + 1,
            k => k,
        };
        index as u32
    }
}

/// The bin, 0 to `bins` − 1, of each value of one column `[n]`, over the column's own range. O(n).
///
/// # Errors
/// Without bins, and when the values are not finite or their range is not.
pub fn bin(column: &[f64], bins: usize) -> Result<Vec<u32>> {
    if column.is_empty() {
        return Ok(vec![]);
    }
    let edges = Edges::of(column, bins)?;
    Ok(column.iter().map(|&v| edges.bin(v)).collect())
}

/// The states of a vector variable `x [dx][n]`, each column cut into `bins` over its own range. O(dx·n).
///
/// # Errors
/// As [`bin`], and when columns differ in length.
pub fn states(x: &[&[f64]], bins: usize) -> Result<States> {
    let cut = binned(x, bins)?;
    States::of(&columns(&cut))
}

/// Conditional mutual information `I(X;Y|Z)` of real variables cut into bins, in nats; `z` may be empty.
///
/// As [`discrete::conditional_mutual_information`] of the bin numbers.
///
/// # Errors
/// As [`bin`], and when columns differ in length.
pub fn conditional_mutual_information(
    x: &[&[f64]],
    y: &[&[f64]],
    z: &[&[f64]],
    bins: usize,
    correction: Correction,
) -> Result<f64> {
    let (x, y, z) = (binned(x, bins)?, binned(y, bins)?, binned(z, bins)?);
    discrete::conditional_mutual_information(&columns(&x), &columns(&y), &columns(&z), correction)
}

/// The share of each sample in the plug-in `I(X;Y|Z)` of the bin numbers, in nats, `[n]`.
///
/// # Errors
/// As [`bin`], and when columns differ in length.
pub fn binned_local(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]], bins: usize) -> Result<Vec<f64>> {
    let (x, y, z) = (binned(x, bins)?, binned(y, bins)?, binned(z, bins)?);
    discrete::discrete_local(&columns(&x), &columns(&y), &columns(&z))
}

fn binned(x: &[&[f64]], bins: usize) -> Result<Vec<Vec<f64>>> {
    x.iter().map(|column| Ok(bin(column, bins)?.into_iter().map(f64::from).collect())).collect()
}

fn columns(x: &[Vec<f64>]) -> Vec<&[f64]> {
    x.iter().map(Vec::as_slice).collect()
}

#[cfg(test)]
#[path = "binned_tests.rs"]
mod tests;
