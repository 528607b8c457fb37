//! Shannon entropy whatever the shape.

use super::{shannon_entropy, shannon_entropy_join, shannon_entropy_parts};
use prism_device::{Buffer, Real, Result};

/// Entries a part has at least, and parts a launch has at most.
const PART: usize = 32_768;
const PARTS: usize = 2_048;

/// Shannon entropy of every row, as [`shannon_entropy`], with few long rows cut into parts that fill the device.
///
/// `p [r, n]` → `entropy [r]`. Two numbers of scratch a part.
///
/// # Errors
/// As [`shannon_entropy`]; out of memory.
pub fn entropy<T: Real>(p: &Buffer<T>, entropy: &mut Buffer<T>, base: f64, normalize_input: u32) -> Result<()> {
    let parts = match p.shape() {
        [r, n] if *r > 0 => (n / PART).min(PARTS / r),
        _ => 1,
    };
    if parts < 2 {
        return shannon_entropy(p, entropy, base, normalize_input);
    }
    let mut known = p.device().zeros::<T>(&[p.shape()[0], parts, 2])?;
    shannon_entropy_parts(p, &mut known)?;
    shannon_entropy_join(&known, entropy, base, normalize_input)
}
