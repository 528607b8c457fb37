//! Sizes that share a profile.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The power of ten of the smallest bucket: up to 100.
const LEAST: u8 = 2;

/// On each dimension that matters, the smallest of 100, 1 k, 10 k, 100 k, … that is no less than its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bucket(u64);

impl Bucket {
    /// The most dimensions of a bucket.
    pub const DIMENSIONS: usize = 12;

    /// The bucket of these sizes; dimensions beyond [`Bucket::DIMENSIONS`] share those of the others.
    pub fn of(sizes: &[u64]) -> Self {
        let powers = sizes.iter().take(Self::DIMENSIONS).map(|&size| power(size));
        Self(powers.fold(0, |word, power| word << 5 | u64::from(power)))
    }

    fn powers(self) -> impl Iterator<Item = u64> {
        (0..Self::DIMENSIONS as u32).rev().map(move |at| self.0 >> (5 * at) & 31).skip_while(|&power| power == 0)
    }
}

/// The exponent of the smallest power of ten that is no less than a size, and at least 2.
fn power(size: u64) -> u8 {
    let exponent = size.checked_sub(1).and_then(u64::checked_ilog10).map_or(0, |below| below as u8 + 1);
    exponent.max(LEAST)
}

/// As users read it: `≤1k × ≤100`.
impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, power) in self.powers().enumerate() {
            let unit = ["", "k", "M", "G", "T", "P", "E"][power as usize / 3];
            write!(f, "{}≤{}{unit}", if at > 0 { " × " } else { "" }, 10u32.pow(power as u32 % 3))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_end_at_powers_of_ten() {
        let named = |size| Bucket::of(&[size]).to_string();
        let sizes = [0, 1, 100, 101, 1000, 1001, 10_000, 100_001, 999_999_999, u64::MAX];
        let names = ["≤100", "≤100", "≤100", "≤1k", "≤1k", "≤10k", "≤10k", "≤1M", "≤1G", "≤100E"];
        assert_eq!(sizes.map(named), names);
    }

    #[test]
    fn every_dimension_counts_and_so_does_their_order() {
        assert_eq!(Bucket::of(&[5000, 3]).to_string(), "≤10k × ≤100");
        assert_ne!(Bucket::of(&[5000, 3]), Bucket::of(&[3, 5000]));
        assert_ne!(Bucket::of(&[3]), Bucket::of(&[3, 3]));
        let most = [u64::MAX; Bucket::DIMENSIONS];
        assert_eq!(Bucket::of(&most).powers().collect::<Vec<_>>(), [20; Bucket::DIMENSIONS]);
    }
}
