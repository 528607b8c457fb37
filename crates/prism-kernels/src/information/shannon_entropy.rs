//! Shannon entropy of probabilities or counts.

use super::{
    BASE, SHANNON_ENTROPY_JOIN, SHANNON_ENTROPY_PARTS, SHANNON_ENTROPY_ROWS, shannon_entropy_join,
    shannon_entropy_parts, shannon_entropy_rows,
};
use crate::argument::rows;
use prism_derive::operation;
use prism_device::{Buffer, Real, Result};
use std::f64::consts::E;

const NAME: &str = "shannon_entropy";

/// Entries a part has at least, and parts a launch has at most.
const PART: usize = 32_768;
const PARTS: usize = 2_048;

/// Shannon entropy −Σ p·log p of every row, in units of the logarithm to `base`: nats for e, bits for 2.
///
/// `p [.., n]` → `entropy [..]`. With `normalize_input` a row is divided by its sum, without it is taken as it is. NaN for
/// a row with a negative entry or with sum 0; 0·log 0 = 0. Shannon 1948; equals `scipy.stats.entropy(p, axis=-1,
/// base=base)` but for negative entries, where scipy says −∞. O(r·n), read once; few long rows take two numbers of
/// scratch each 32768 entries.
///
/// # Errors
/// `Requirement` for a base that is none; `Shape` when `p` has no axis; out of memory.
#[operation(
    types(f32, f64),
    kernels(SHANNON_ENTROPY_ROWS, SHANNON_ENTROPY_PARTS, SHANNON_ENTROPY_JOIN),
    output(entropy),
    rows(p = 1)
)]
pub fn shannon_entropy<T: Real>(
    p: &Buffer<T>,
    /// The base of the logarithm, greater than 0: e for nats, 2 for bits.
    #[default(E)]
    base: f64,
    /// Whether rows are divided by their sums.
    #[default(true)]
    normalize_input: bool,
) -> Result<Buffer<T>> {
    BASE.judge(NAME, "base", base)?;
    let (leading, [r, n]) = rows(NAME, "p", p)?;
    let mut entropy = p.device().zeros(&leading)?;
    let parts = (n / PART).min(PARTS / r.max(1));
    if parts < 2 {
        shannon_entropy_rows(p, &mut entropy, base, normalize_input.into())?;
        return Ok(entropy);
    }
    let mut known = p.device().zeros::<T>(&[r, parts, 2])?;
    shannon_entropy_parts(p, &mut known)?;
    shannon_entropy_join(&known, &mut entropy, base, normalize_input.into())?;
    Ok(entropy)
}
