//! Draws for the tests below, the same as in the Python that printed their expected numbers.

/// `count` numbers in [0, 1): `s ← 6364136223846793005·s + 1442695040888963407 mod 2⁶⁴`, `(s >> 11) / 2⁵³`.
pub(super) fn draws(seed: u64, count: usize) -> Vec<f64> {
    let mut s = seed;
    let mut next = || {
        s = s.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (s >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count).map(|_| next()).collect()
}

/// `count` integers in `0..levels`.
pub(super) fn levels(seed: u64, count: usize, levels: u32) -> Vec<f64> {
    draws(seed, count).into_iter().map(|u| (u * f64::from(levels)).floor()).collect()
}
