use super::{LeakyIntegrateFireSettings, Spiking, leaky_integrate_fire};
use prism_device::{Device, Real, Result};
use proptest::prelude::*;

/// NEST's parameters; the rest as given.
struct Call<'a, T> {
    n: usize,
    v: &'a [T],
    counter: &'a [i32],
    current: &'a [T],
    jump: &'a [T],
}

impl<T: Real> Call<'_, T> {
    fn run(&self, steps: u32, euler: bool, t_ref: f64) -> Result<Spiking<T>> {
        let device = Device::cpu();
        let shape = [self.v.len() / self.n, self.n];
        let current_shape = if self.current.len() == 1 { [1, 1] } else { shape };
        let rows = [&[self.jump.len() / self.v.len().max(1)], &shape[..]].concat();
        let jump = device.upload(self.jump, &rows)?;
        let settings = LeakyIntegrateFireSettings {
            t_ref,
            euler,
            steps,
            with_neuron: true,
            with_row_start: true,
            ..Default::default()
        };
        leaky_integrate_fire(
            &device.upload(self.v, &shape)?,
            &device.upload(self.counter, &shape)?,
            &device.upload(self.current, &current_shape)?,
            (!self.jump.is_empty()).then_some(&jump),
            &settings,
        )
    }
}

/// The steps in which one neuron of 376 pA spikes, and its potential at the end.
fn one<T: Real>(steps: u32, euler: bool, t_ref: f64) -> (Vec<usize>, f64) {
    let (v, current) = ([T::nearest(-70.0)], [T::nearest(376.0)]);
    let call = Call { n: 1, v: &v, counter: &[0], current: &current, jump: &[] };
    let out = call.run(steps, euler, t_ref).unwrap();
    let spikes = out.spikes.download().unwrap();
    let when = (0..spikes.len()).filter(|&s| spikes[s] == 1).map(|s| s + 1).collect();
    (when, out.v.download().unwrap()[0].into())
}

/// NEST 3.10.0: `iaf_psc_delta` with `I_e` = 376 pA and its own defaults for 1 s at 0.1 ms spikes 16 times, first at
/// 59.3 ms, then every 61.3 ms; `V_m` at the end.
#[test]
fn spikes_with_nest() {
    let (when, v) = one::<f64>(10_000, false, 2.0);
    assert_eq!(when, (0..16).map(|k| 593 + 613 * k).collect::<Vec<_>>());
    approx::assert_relative_eq!(v, -57.164_968_710_440_54, max_relative = 1e-13);
}

/// Without a refractory time the interval is the time to threshold, τ·ln(15.04/0.04) = 59.23 ms rounded
/// up to a step.
#[test]
fn no_refractory_time_is_no_wait() {
    let (when, _) = one::<f64>(2_000, false, 0.0);
    assert_eq!(when, [593, 1186, 1779]);
    assert_eq!((10.0 * (15.04f64 / 0.04).ln() / 0.1).ceil() as usize, 593);
}

/// The forward Euler recursion by hand: V∞ − V shrinks by 0.99 a step, so that 15.04·0.99ⁿ ≤ 0.04 at n = 590.
#[test]
fn euler_steps_are_the_recursion() {
    let (when, _) = one::<f64>(1_300, true, 2.0);
    assert_eq!(when, [590, 1200]);
    assert_eq!(((15.04f64 / 0.04).ln() / -(0.99f64.ln())).ceil() as usize, 590);
}

#[test]
fn jumps_make_spikes_but_not_while_refractory() {
    let (v, counter) = ([-70.0, -70.0, -56.0], [0, 2, 0]);
    let jump = [14.9, 20.0, 20.0, 0.1, 20.0, 20.0, 0.0, 20.0, 20.0];
    let call = Call { n: 3, v: &v, counter: &counter, current: &[0.0], jump: &jump };
    let out = call.run(3, false, 0.1).unwrap();
    assert_eq!(out.spikes.download().unwrap(), [0b100, 0b000, 0b110]);
    assert_eq!(out.counter.download().unwrap(), [0, 1, 1]);
    let v = out.v.download().unwrap();
    let relaxed = (14.9 * (-0.01f64).exp() + 0.1) * (-0.01f64).exp() - 70.0;
    approx::assert_relative_eq!(v[0], relaxed, max_relative = 1e-15);
    assert_eq!(v[1..], [-70.0, -70.0]);
    assert_eq!(out.neuron.unwrap().download().unwrap(), [2, 1, 2]);
    assert_eq!(out.row_start.unwrap().download().unwrap(), [0, 1, 1, 3]);
}

#[test]
fn bad_arguments_are_named() {
    let device = Device::cpu();
    let call = |tau: f64, v_reset: f64, t_ref: f64, dt: f64, current: &[f64]| {
        let (v, counter) = (device.upload(&[-70.0, -70.0], &[1, 2]).unwrap(), device.zeros(&[1, 2]).unwrap());
        let current = device.upload(current, &[1, current.len()]).unwrap();
        let settings = LeakyIntegrateFireSettings { tau, v_reset, t_ref, dt, ..Default::default() };
        leaky_integrate_fire(&v, &counter, &current, None, &settings).unwrap_err().to_string()
    };
    let name = "leaky_integrate_fire: ";
    assert_eq!(call(0.0, -70.0, 2.0, 0.1, &[0.0]), format!("{name}needs 0 < tau < ∞, got tau = 0"));
    assert_eq!(call(10.0, -55.0, 2.0, 0.1, &[0.0]), format!("{name}needs a finite v_reset < v_th, got v_reset = -55"));
    assert_eq!(call(10.0, -70.0, -1.0, 0.1, &[0.0]), format!("{name}needs 0 <= t_ref/dt < 2³¹, got t_ref = -1"));
    assert_eq!(call(10.0, -70.0, 2.0, f64::NAN, &[0.0]), format!("{name}needs 0 < dt < ∞, got dt = NaN"));
    assert_eq!(call(10.0, -70.0, 2.0, 0.1, &[0.0, f64::NAN]), format!("{name}`i` holds NaN"));
    assert_eq!(call(10.0, -70.0, 2.0, 0.1, &[0.0; 3]), format!("{name}`i` must be [1, 2], got [1, 3]"));
}

#[test]
fn no_neurons_have_no_spikes() {
    let out = Call::<f32> { n: 3, v: &[], counter: &[], current: &[1.0], jump: &[] }.run(5, false, 2.0).unwrap();
    assert_eq!(out.v.shape(), [0, 3]);
    assert_eq!(out.spikes.shape(), [5, 0, 1]);
}

proptest! {
    /// Many steps in one call are as many calls of one step, bit for bit.
    #[test]
    fn steps_fuse(v in prop::collection::vec(-80f32..-50.0, 40), steps in 1u32..30, current in 300f32..2_000.0) {
        let (counter, jump): (Vec<_>, Vec<_>) = (vec![1; 40], (0..40 * steps).map(|i| (i % 7) as f32 * 0.3).collect());
        let call = Call { n: 40, v: &v, counter: &counter, current: &[current], jump: &jump };
        let at_once = call.run(steps, false, 0.3).unwrap();
        let (mut v, mut counter, mut spikes) = (v.clone(), counter.clone(), Vec::new());
        for s in 0..steps as usize {
            let call = Call { n: 40, v: &v, counter: &counter, current: &[current], jump: &jump[40 * s..40 * (s + 1)] };
            let out = call.run(1, false, 0.3).unwrap();
            (v, counter) = (out.v.download().unwrap(), out.counter.download().unwrap());
            spikes.extend(out.spikes.download().unwrap());
        }
        prop_assert_eq!(v, at_once.v.download().unwrap());
        prop_assert_eq!(counter, at_once.counter.download().unwrap());
        prop_assert_eq!(spikes, at_once.spikes.download().unwrap());
    }
}
