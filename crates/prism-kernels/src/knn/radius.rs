//! The distance to the k-th nearest neighbour.

use prism_derive::kernel;
use prism_device::Real;

/// Distance from every point to its `k`-th nearest neighbour under the max norm, in the units of `points`.
///
/// `points [d, n]` → `radius [n]`. `radiusᵢ` is the `k`-th smallest of `max_c |points[c, i] − points[c, j]|` over
/// `j ≠ i`. O(d·n²), no scratch: the place to start, and the truth that the filtered searches are held against.
#[kernel(
    threads = 32 * n,
    block = [256, 128, 512, 1024],
    requires(k >= 1, k <= 64, k < n),
    types(f32, f64),
    check(n = [2, 31, 33, 257, 1000], d = [1, 3, 11], k = [1, 4, 33, 64]),
    bench(n = 10_000, d = 3, k = 4),
    bench(n = 100_000, d = 3, k = 4),
    ops = 2 * d * n * n,
)]
pub fn knn_radius<T: Real>(#[shape(d, n)] points: &[T], #[shape(n)] radius: &mut [T], k: u32) {
    for i in 0..n {
        let distance = |j: usize| (0..d).map(|c| (points[c * n + i] - points[c * n + j]).abs()).fold(T::zero(), T::max);
        let mut distances: Vec<T> = (0..n).filter(|&j| j != i).map(distance).collect();
        distances.sort_by(|a, b| a.partial_cmp(b).expect("points are finite"));
        radius[i] = distances[k as usize - 1];
    }
}
