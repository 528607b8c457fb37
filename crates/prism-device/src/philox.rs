//! Philox4x32-10: random words from a counter and a key (Salmon, Moraes, Dror & Shaw, SC 2011).
//!
//! Word `j` of a stream is word `j mod 4` of block `⌊j/4⌋`, so a draw depends on nothing but its seed, its stream and
//! its place. Equals cuRAND's `curand_init(seed, stream, 4·block)`.

/// One stream of random words.
#[derive(Debug, Clone, Copy)]
pub struct Philox {
    seed: u64,
    stream: u64,
}

impl Philox {
    /// The stream of that number under that seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { seed, stream }
    }

    /// The four words of a block.
    pub fn block(self, block: u64) -> [u32; 4] {
        let counter = [block as u32, (block >> 32) as u32, self.stream as u32, (self.stream >> 32) as u32];
        rounds(counter, [self.seed as u32, (self.seed >> 32) as u32])
    }

    /// Word `index` of the stream.
    pub fn word(self, index: u64) -> u32 {
        self.block(index / 4)[(index % 4) as usize]
    }

    /// Double `index` of the stream, uniform in [0, 1): words `2·index` (low) and `2·index + 1` (high), upper 53 bits.
    pub fn uniform(self, index: u64) -> f64 {
        let block = self.block(index / 2);
        let at = 2 * (index % 2) as usize;
        let word = u64::from(block[at + 1]) << 32 | u64::from(block[at]);
        (word >> 11) as f64 * 2f64.powi(-53)
    }

    /// Standard normal number `index`: Box–Muller on the uniforms of its pair, sine first.
    pub fn normal(self, index: u64) -> f64 {
        let pair = index / 2;
        let u = self.uniform(2 * pair) + 2f64.powi(-54);
        let angle = std::f64::consts::TAU * self.uniform(2 * pair + 1);
        let radius = (-2.0 * u.ln()).sqrt();
        radius * if index.is_multiple_of(2) { angle.sin() } else { angle.cos() }
    }
}

fn rounds(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(counter[0]) * 0xD251_1F53;
        let b = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [(b >> 32) as u32 ^ counter[1] ^ key[0], b as u32, (a >> 32) as u32 ^ counter[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::rounds;

    /// The known-answer tests of Random123 for philox4x32-10.
    #[test]
    fn equals_the_published_answers() {
        assert_eq!(rounds([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(rounds([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        assert_eq!(rounds(pi, [0xa409_3822, 0x299f_31d0]), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }
}
