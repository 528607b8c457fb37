//! Trajectories of oscillators in their mean field, each system by one block.

use super::oscillator::{Stepping, moments, prepare};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::{Case, Value};

/// The phases after `steps` steps of `dθ/dt = ω + (k/n)·Σ sin(θ_j − θ − alpha)` of every system, up to 4096 oscillators.
///
/// `theta, omega [b, n]` → `next [b, n]` and `r [b, s]`, the length of the mean of e^{iθ} after every step (s = `steps` or
/// 0). `stages` 1 is Euler's step with noise √(2·`diffusion`·`dt`)·normal number `offset` + (t·b + i)·n + j of Philox
/// stream 0 under `seed` for oscillator j of system i in step t; 4 are those of Runge and Kutta. `wrap` = 1 keeps phases
/// in (−π, π]. A block a system, all phases in registers: a barrier a stage. Kuramoto 1975; Acebrón 2005.
/// O(b·n·steps·stages).
#[kernel(
    threads = b * 512,
    block = [512],
    requires(n <= 4096, s == 0 || s == steps, stages == 1 || stages == 4, wrap <= 1),
    types(f32, f64),
    check(
        b = [1, 0, 3], n = [33, 0, 1, 257, 4096], s = [0, 3, 100], steps = [3, 0, 100], stages = [4, 1], wrap = [0, 1]
    ),
    bench(b = 1, n = 4_096, s = 0, steps = 1_000, stages = 4),
    bench(b = 4_096, n = 4_096, s = 0, steps = 10, stages = 4),
    inputs = prepare,
    tolerance = Conditioned(bounds, 1e-300),
)]
#[allow(clippy::too_many_arguments)]
pub fn mean_field_trajectory<T: Real>(
    #[shape(b, n)] theta: &[T],
    #[shape(b, n)] omega: &[T],
    #[shape(b, n)] next: &mut [T],
    #[shape(b, s)] r: &mut [T],
    k: f64,
    alpha: f64,
    dt: f64,
    diffusion: f64,
    steps: u32,
    stages: u32,
    wrap: u32,
    seed: u64,
    offset: u64,
) {
    let stepping = Stepping { k, alpha, dt, diffusion, stages, wrap: wrap == 1, seed };
    let wide = |data: &[T]| data.iter().map(|&x| x.into()).collect::<Vec<f64>>();
    let (phases, lengths) = run(stepping, &wide(theta), &wide(omega), [b, n, steps as usize], offset);
    next.iter_mut().zip(phases).for_each(|(next, phase)| *next = T::nearest(phase));
    r.iter_mut().zip(lengths).for_each(|(r, length)| *r = T::nearest(length));
}

/// The last phases, and the length of their mean after every step.
fn run(
    stepping: Stepping,
    theta: &[f64],
    omega: &[f64],
    [b, n, steps]: [usize; 3],
    offset: u64,
) -> (Vec<f64>, Vec<f64>) {
    let (mut theta, mut lengths) = (theta.to_vec(), Vec::new());
    for (i, phases) in theta.chunks_mut(n.max(1)).enumerate() {
        let omega = &omega[i * n..];
        for t in 0..steps {
            stepping.step(phases, offset + ((t * b + i) * n) as u64, |seen| {
                let sums = moments(seen);
                seen.iter().zip(omega).map(|(&theta, &omega)| stepping.rate(theta, omega, sums, n as f64)).collect()
            });
            let (s, c) = moments(phases);
            lengths.push(s.hypot(c) / n as f64);
        }
    }
    if n == 0 {
        lengths = vec![f64::NAN; b * steps];
    }
    (theta, lengths)
}

/// 16 roundings, and what the catalogue allows after 100 steps, 1e-11 or in single precision 1e-4, for as many.
fn bounds(case: &Case, output: &str) -> Vec<f64> {
    let [b, n, steps] = ["b", "n", "steps"].map(|name| case.quantity(name) as usize);
    let (unit, allowed) = match case.values[0].1 {
        Value::F32(..) => (2f64.powi(-24), 1e-4),
        _ => (2f64.powi(-53), 1e-11),
    };
    let (stages, wrap) = (case.quantity("stages") as u32, case.quantity("wrap") == 1);
    let diffusion = if stages == 1 { 0.05 } else { 0.0 };
    let seed = case.quantity("seed");
    let stepping = Stepping { k: 1.5, alpha: 0.25, dt: 0.01, diffusion, stages, wrap, seed };
    let (theta, omega) = (case.doubles("theta"), case.doubles("omega"));
    let (phases, lengths) = run(stepping, &theta, &omega, [b, n, steps], case.quantity("offset"));
    let of = if output == "r" { lengths } else { phases };
    let absolute = allowed * steps.max(1) as f64 / 100.0 / unit;
    of.into_iter().map(|x| 16.0 + absolute / x.abs().max(f64::MIN_POSITIVE)).collect()
}
