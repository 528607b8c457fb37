//! Information of integer states: entropies of the observed frequencies.
//!
//! `I(X;Y|Z) = H(X,Z) + H(Y,Z) − H(Z) − H(X,Y,Z)` with `H = −Σ (c/n) ln (c/n)` over the states that occur (plug-in,
//! Cover & Thomas, ch. 2). A vector of integers is one state. States are numbered in the order they appear, so
//! their values may be as large as they like: memory follows the number of samples.

use std::collections::HashMap;

use super::samples;
use crate::{Error, Result};

/// What is done about the bias of the plug-in entropy, which is too low by about (m−1)/(2n) for m states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Correction {
    /// Nothing: frequencies as they are.
    #[default]
    None,
    /// (m−1)/(2n) is added to each entropy, m the states that occur (Miller 1955).
    MillerMadow,
}

/// Entropy `H(X)` of an integer vector variable `x [dx][n]`, in nats. O(dx·n). An empty variable has entropy 0.
///
/// # Errors
/// When columns differ in length, or a value is not an integer.
pub fn entropy(x: &[&[f64]], correction: Correction) -> Result<f64> {
    Ok(States::of(x)?.entropy(correction))
}

/// Conditional mutual information `I(X;Y|Z)` of integer variables, in nats; mutual information when `z` is empty.
///
/// `x [dx][n]`, `y [dy][n]`, `z [dz][n]`. O(d·n) with d = dx + dy + dz; about 20·n bytes of scratch.
///
/// # Errors
/// When columns differ in length, or a value is not an integer.
pub fn conditional_mutual_information(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]], correction: Correction) -> Result<f64> {
    let (x, target) = prepared(x, y, z)?;
    Ok(target.information(&x, correction))
}

/// The share of each sample in the plug-in `I(X;Y|Z)`, in nats, `[n]`; their mean is the uncorrected estimate.
///
/// `ln( c_xyz c_z / (c_xz c_yz) )` with c how often the sample's own state occurs (Lizier 2014).
///
/// # Errors
/// As [`conditional_mutual_information`].
pub fn discrete_local(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]]) -> Result<Vec<f64>> {
    let (x, target) = prepared(x, y, z)?;
    Ok(target.local(&x))
}

fn prepared(x: &[&[f64]], y: &[&[f64]], z: &[&[f64]]) -> Result<(States, DiscreteTarget)> {
    let n = samples(x.iter().chain(y).chain(z).copied())?;
    let states = |columns: &[&[f64]]| if columns.is_empty() { Ok(States::single(n)) } else { States::of(columns) };
    Ok((states(x)?, DiscreteTarget::new(&states(y)?, states(z)?)))
}

/// A variable as state numbers: `codes[t] < distinct`, equal where and only where the values are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    codes: Vec<u32>,
    distinct: usize,
}

impl States {
    /// The states of an integer vector variable `x [dx][n]`. O(dx·n).
    ///
    /// # Errors
    /// When columns differ in length, or a value is not an integer; the message names the first that is not.
    pub fn of(x: &[&[f64]]) -> Result<Self> {
        let n = samples(x.iter().copied())?;
        x.iter().enumerate().try_fold(Self::single(n), |joint, (i, column)| Ok(joint.with(&integers(column, i)?)))
    }

    /// A variable that has one value at all `n` samples.
    pub fn single(n: usize) -> Self {
        Self { codes: vec![0; n], distinct: usize::from(n > 0) }
    }

    /// The states of anything that can be told apart, in the order of its samples.
    pub fn numbered(values: impl IntoIterator<Item = u64>) -> Self {
        let mut numbers = HashMap::new();
        let mut code = |value| {
            let next = numbers.len() as u32;
            *numbers.entry(value).or_insert(next)
        };
        let codes = values.into_iter().map(&mut code).collect();
        Self { codes, distinct: numbers.len() }
    }

    /// The state number of each sample, `[n]`.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// How many states occur.
    pub fn distinct(&self) -> usize {
        self.distinct
    }

    /// The same samples in another order: sample `t` of the result is sample `order[t]`.
    #[must_use]
    pub fn permuted(&self, order: &[u32]) -> Self {
        Self { codes: order.iter().map(|&t| self.codes[t as usize]).collect(), distinct: self.distinct }
    }

    /// The joint states with `other`, which must have as many samples. O(n).
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        assert_eq!(self.codes.len(), other.codes.len(), "variables of one joint state need as many samples");
        let cells = self.distinct as u64 * other.distinct as u64;
        let cell = |(&a, &b): (&u32, &u32)| u64::from(a) * other.distinct as u64 + u64::from(b);
        let cells_of_samples = self.codes.iter().zip(&other.codes).map(cell);
        if cells > 4 * self.codes.len() as u64 {
            return Self::numbered(cells_of_samples);
        }
        let mut numbers = vec![u32::MAX; cells as usize];
        let mut distinct = 0;
        let mut code = |cell: u64| {
            let number = &mut numbers[cell as usize];
            if *number == u32::MAX {
                *number = distinct;
                distinct += 1;
            }
            *number
        };
        let codes = cells_of_samples.map(&mut code).collect();
        Self { codes, distinct: distinct as usize }
    }

    /// How often each state occurs, `[distinct]`.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.distinct];
        self.codes.iter().for_each(|&c| counts[c as usize] += 1);
        counts
    }

    /// Entropy in nats; 0 without samples. The counts are added by size, so the names of the states do not matter.
    pub fn entropy(&self, correction: Correction) -> f64 {
        let n = self.codes.len() as f64;
        let mut counts = self.counts();
        counts.sort_unstable();
        let share = |c: u32| f64::from(c) / n;
        let plug_in = counts.iter().fold(0.0, |h, &c| h - share(c) * share(c).ln());
        match correction {
            Correction::MillerMadow if n > 0.0 => plug_in + (self.distinct as f64 - 1.0) / (2.0 * n),
            _ => plug_in,
        }
    }
}

/// Y and Z counted once, for asking `I(X;Y|Z)` of many X.
#[derive(Debug, Clone)]
pub struct DiscreteTarget {
    z: States,
    yz: States,
}

impl DiscreteTarget {
    /// Joins Y and Z, variables of as many samples. O(n).
    pub fn new(y: &States, z: States) -> Self {
        Self { yz: z.with(y), z }
    }

    /// `I(X;Y|Z)` in nats for an X of as many samples. O(n).
    pub fn information(&self, x: &States, correction: Correction) -> f64 {
        let h = |states: &States| states.entropy(correction);
        (h(&self.z.with(x)) + h(&self.yz)) - (h(&self.z) + h(&self.yz.with(x)))
    }

    /// The share of each sample in the plug-in `I(X;Y|Z)`, `[n]`, as [`discrete_local`].
    pub fn local(&self, x: &States) -> Vec<f64> {
        let own = |states: &States| {
            let counts = states.counts();
            states.codes.iter().map(|&c| f64::from(counts[c as usize])).collect::<Vec<_>>()
        };
        let (z, xz, yz, xyz) = (own(&self.z), own(&self.z.with(x)), own(&self.yz), own(&self.yz.with(x)));
        (0..z.len()).map(|t| (xyz[t] * z[t] / (xz[t] * yz[t])).ln()).collect()
    }
}

/// The states of one column of integers.
fn integers(column: &[f64], index: usize) -> Result<States> {
    if let Some((t, v)) = column.iter().enumerate().find(|(_, v)| v.fract() != 0.0) {
        let place = format!("sample {t} of column {index} (both from 0) is {v}");
        let mend = "round the series, or choose the binned estimator";
        return Err(Error::series(format!("{place}, and the discrete estimator takes integers; {mend}")));
    }
    // Adding zero makes −0 the same state as 0.
    Ok(States::numbered(column.iter().map(|v| (v + 0.0).to_bits())))
}

#[cfg(test)]
#[path = "discrete_tests.rs"]
mod tests;
