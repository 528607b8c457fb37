//! A permutation that can be asked for one element at a time.
//!
//! A Feistel network over the smallest power of two that holds the domain, walked until it lands inside: every element
//! of every surrogate is computed where it is needed, in any order, on any device, from its key alone. After Mitchell,
//! Stokes, Frank & Holmes, "Bandwidth-Optimal Random Shuffling for GPUs", ACM TOPC 2022. The CUDA form is
//! `cuda/prism/shuffle.cuh`.

/// Half-rounds of the network: Mitchell et al. find 24 enough for the smallest domains.
pub const ROUNDS: u32 = 24;

/// Where element `index` of `0..count` comes from under the permutation of that key. `count` is at least 1.
pub fn shuffled(index: u32, count: u32, key: [u32; 4]) -> u32 {
    let bits = (32 - (count - 1).leading_zeros()).max(2);
    let right_bits = bits.div_ceil(2);
    let (left_mask, right_mask) = ((1 << (bits - right_bits)) - 1, (1 << right_bits) - 1);
    let mut at = index;
    loop {
        let (mut left, mut right) = (at >> right_bits, at & right_mask);
        for round in 0..ROUNDS {
            let round_key = key[(round % 4) as usize].wrapping_add(round.wrapping_mul(0x9E37_79B9));
            if round % 2 == 0 {
                left ^= mix(right ^ round_key) & left_mask;
            } else {
                right ^= mix(left ^ round_key) & right_mask;
            }
        }
        at = left << right_bits | right;
        if at < count {
            return at;
        }
    }
}

/// The finaliser of `MurmurHash3` (Appleby, public domain): every input bit moves every output bit.
fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    x = x.wrapping_mul(0xC2B2_AE35);
    x ^ x >> 16
}

#[cfg(test)]
mod tests {
    use super::shuffled;
    use prism_device::philox::Philox;

    #[test]
    fn every_element_comes_once() {
        for count in [1, 2, 3, 7, 8, 9, 100, 1000, 1024, 10_001] {
            let mut seen = vec![false; count as usize];
            (0..count).for_each(|i| seen[shuffled(i, count, Philox::new(1, 2).block(3)) as usize] = true);
            assert!(seen.iter().all(|&s| s), "{count}");
        }
    }

    /// All 120 permutations of five elements, equally often: χ² with 119 degrees of freedom stays under its 1 − 1e-6
    /// quantile, 204.
    #[test]
    fn permutations_are_equally_frequent() {
        let mut counts = std::collections::HashMap::new();
        let draws = 60_000;
        for draw in 0..draws {
            let key = Philox::new(7, 11).block(draw);
            let permutation = [0, 1, 2, 3, 4].map(|i| shuffled(i, 5, key));
            *counts.entry(permutation).or_insert(0u32) += 1;
        }
        let expected = draws as f64 / 120.0;
        let chi2: f64 = counts.values().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
        assert_eq!(counts.len(), 120);
        assert!(chi2 < 204.0, "{chi2}");
    }

    /// Where two neighbouring elements of a larger domain go: χ² over a 10 × 10 grid of tenths, 99 degrees of freedom,
    /// 1 − 1e-6 quantile 177.
    #[test]
    fn neighbours_part_independently() {
        let (count, draws) = (1000, 50_000);
        let mut cells = [0u32; 100];
        for draw in 0..draws {
            let key = Philox::new(5, 0).block(draw);
            let (a, b) = (shuffled(500, count, key) / 100, shuffled(501, count, key) / 100);
            cells[(a * 10 + b) as usize] += 1;
        }
        let expected = draws as f64 / 100.0;
        let chi2: f64 = cells.iter().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
        assert!(chi2 < 177.0, "{chi2}");
    }
}
