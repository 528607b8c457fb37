//! Delay vectors of multichannel rows.

use prism_derive::kernel;
use prism_device::Real;

/// Delay vectors of every row: of each sample the next `m` samples `tau` apart, channel by channel.
///
/// `x [r, t, c]` → `vectors [r, t − (m − 1)·tau, m·c]`, `vectors[i, j·c + k] = x[i + j·tau, k]`, j = 0 the oldest; no
/// vectors where there are too few samples. Takens 1981. O(r·t·m·c), `x` read once from memory.
#[kernel(
    threads = (r * delay_vector_count(t, m, tau) * m * c).div_ceil(16),
    block = [256, 128, 512, 1024],
    requires(m >= 1, tau >= 1),
    types(f32, f64),
    check(m = [1, 2, 3, 10], tau = [1, 4, 33], r = [0, 1, 5], t = [0, 1, 2, 31, 33, 257, 1000], c = [1, 3, 4]),
    bench(r = 1, t = 16_777_216, c = 1, m = 3, tau = 4),
    bench(r = 1_024, t = 16_384, c = 1, m = 2, tau = 1),
    bench(r = 16, t = 65_536, c = 32, m = 3, tau = 5),
)]
pub fn delay_vectors<T: Real>(
    #[shape(r, t, c)] x: &[T],
    #[shape(r, delay_vector_count(t, m, tau), m * c)] vectors: &mut [T],
    m: u32,
    tau: u32,
) {
    let (m, tau) = (m as usize, tau as usize);
    let count = delay_vector_count(t as u64, m as u64, tau as u64) as usize;
    for row in 0..r {
        for i in 0..count {
            for j in 0..m {
                for k in 0..c {
                    vectors[((row * count + i) * m + j) * c + k] = x[(row * t + i + j * tau) * c + k];
                }
            }
        }
    }
}

/// How many delay vectors `t` samples have: t − (m − 1)·tau, or none.
pub fn delay_vector_count(t: u64, m: u64, tau: u64) -> u64 {
    t.saturating_sub(m.saturating_sub(1).saturating_mul(tau))
}
