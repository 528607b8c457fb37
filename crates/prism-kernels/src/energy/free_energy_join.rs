//! Free energy from the parts of its two sides.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// Complexity, accuracy and their difference, the free energy, of every row from their parts, in nats.
///
/// `complexity_parts [b, w]`, `accuracy_parts [b, v]` → `free_energy, complexity, accuracy [b]`; the complexity is the
/// sum of its parts times `sign`. Doubles inside, each rounded once. O(b·(w + v)).
#[kernel(
    threads = b * 32,
    block = [256, 128, 512, 1024],
    types(f32, f64),
    check(b = [0, 1, 2, 33, 257], w = [0, 1, 2, 31, 33, 1000], v = [1, 33]),
    bench(b = 65_536, w = 2, v = 1),
    inputs = sides,
    tolerance = Sum(w + v, magnitude),
)]
pub fn free_energy_join<T: Real>(
    #[shape(b, w)] complexity_parts: &[T],
    #[shape(b, v)] accuracy_parts: &[T],
    #[shape(b)] free_energy: &mut [T],
    #[shape(b)] complexity: &mut [T],
    #[shape(b)] accuracy: &mut [T],
    sign: f64,
) {
    for row in 0..b {
        let cost = sign * complexity_parts[row * w..][..w].iter().map(|&x| x.into()).sum::<f64>();
        let gain = accuracy_parts[row * v..][..v].iter().map(|&x| x.into()).sum::<f64>();
        complexity[row] = T::nearest(cost + 0.0);
        accuracy[row] = T::nearest(gain + 0.0);
        free_energy[row] = T::nearest(cost - gain);
    }
}

fn sides(case: &mut Case) {
    *case.value("sign") = prism_device::conformance::Value::Scalar((-1.0f64).into());
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [b, w, v] = ["b", "w", "v"].map(|name| case.quantity(name) as usize);
    let (c, a) = (case.doubles("complexity_parts"), case.doubles("accuracy_parts"));
    (0..b).map(|i| c[i * w..][..w].iter().chain(&a[i * v..][..v]).map(|x| x.abs()).sum()).collect()
}
