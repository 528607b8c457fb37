//! The steps of leaky integrate-and-fire neurons, in one launch.

use super::words;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::{Real, Scalar};

/// Membrane potentials, refractory counters and spikes of leaky integrate-and-fire neurons after `steps` steps.
///
/// `v [b, n]` in mV, `counter [b, n]` in steps, `current [cb, cn]` in pA: one for each neuron or one for all, the same
/// in every step. `jump [jr, n]` in mV: row `s·b + i` arrives at the neurons of row `i` in step `s`; no rows for none. →
/// `v_next`, `counter_next [b, n]`, and `spikes [steps·b, words(n)]`: bit `i mod 32` of word `i / 32` is neuron `i`. A
/// neuron whose counter is positive counts down and keeps its potential; else, with V∞ = `e_l` + `resistance`·I,
/// V ← V∞ + (V − V∞)·`factor` (exact integration, `factor` = exp(−dt/τ)) or, with `euler` = 1,
/// V ← V + `factor`·(`e_l` − V + `resistance`·I) (`factor` = dt/τ); then V ← V + jump, rounded to the element type. At
/// V ≥ `v_th` it spikes: V ← `v_reset`, counter ← `refractory`. `status` becomes 1 when a current is NaN.
///
/// Lapicque 1907; Rotter & Diesmann 1999. Arithmetic in doubles, each operation rounded, so every device gives the same
/// bits and one launch of many steps gives those of many launches. O(b·n·steps); V and counter read and written once a
/// launch.
#[kernel(
    threads = b * n.div_ceil(128) * 32,
    block = [256, 128, 512, 1024],
    requires(
        euler <= 1, cb == b && cn == n || cb == 1 && cn == 1, jr == 0 || jr == b * steps
    ),
    types(f32, f64),
    check(
        b = [0, 1, 3], n = [0, 1, 2, 31, 33, 128, 257, 1000], steps = [1, 40], cb = [1, 3], cn = [1, 2, 33, 128, 1000],
        jr = [0, 1, 40, 120], euler = [0, 1], refractory = [0, 5]
    ),
    bench(b = 1, n = 10_000_000, steps = 1, cb = 1, cn = 10_000_000, refractory = 20),
    bench(b = 1, n = 10_000_000, steps = 1, cb = 1, cn = 1, refractory = 20),
    bench(b = 1, n = 10_000_000, steps = 100, cb = 1, cn = 10_000_000, refractory = 20),
    inputs = neurons,
)]
#[allow(clippy::too_many_arguments)]
pub fn lif_steps<T: Real>(
    #[shape(b, n)] v: &[T],
    #[shape(b, n)] counter: &[i32],
    #[shape(cb, cn)] current: &[T],
    #[shape(jr, n)] jump: &[T],
    #[shape(b, n)] v_next: &mut [T],
    #[shape(b, n)] counter_next: &mut [i32],
    #[shape(steps * b, words(n))] spikes: &mut [u32],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    steps: u32,
    euler: u32,
    refractory: i32,
    factor: f64,
    e_l: f64,
    resistance: f64,
    v_th: f64,
    v_reset: f64,
) {
    spikes.fill(0);
    for i in 0..b * n {
        let amplitude: f64 = current[if cn == n && cb == b { i } else { 0 }].into();
        let (mut potential, mut wait) = (v[i], counter[i]);
        for s in 0..steps as usize {
            if wait > 0 {
                wait -= 1;
                continue;
            }
            let now: f64 = potential.into();
            let drive = resistance * amplitude;
            let free = if euler == 1 {
                now + factor * ((e_l - now) + drive)
            } else {
                (e_l + drive) + (now - (e_l + drive)) * factor
            };
            potential = T::nearest(if jr == 0 { free } else { free + jump[s * b * n + i].into() });
            if potential.into() >= v_th {
                spikes[(s * b + i / n) * words(n as u64) as usize + i % n / 32] |= 1 << (i % n % 32);
                (potential, wait) = (T::nearest(v_reset), refractory);
            }
        }
        (v_next[i], counter_next[i]) = (potential, wait);
        status[0] |= u32::from(amplitude.is_nan());
    }
}

/// NEST's neuron, some refractory, with currents that make half of them spike; NaN among the currents of some calls.
fn neurons(case: &mut Case) {
    let euler = case.quantity("euler") == 1;
    let factor = if euler { 0.05 } else { (-0.05f64).exp() };
    let settings = [("factor", factor), ("e_l", -70.0), ("resistance", 0.04), ("v_th", -55.0), ("v_reset", -70.0)];
    for (name, value) in settings {
        *case.value(name) = Value::Scalar(Scalar::F64(value));
    }
    let faulty = case.quantity("n") == 33;
    case.change("v", |v| v.iter_mut().for_each(|v| *v = -62.0 + 5.0 * *v));
    case.change("current", |current| {
        for (k, i) in current.iter_mut().enumerate() {
            *i = if faulty && k % 64 == 7 { f64::NAN } else { 376.0 + 300.0 * *i };
        }
    });
    if let Value::I32(_, counter) = case.value("counter") {
        for c in counter {
            *c = (*c % 8).max(0);
        }
    }
}
