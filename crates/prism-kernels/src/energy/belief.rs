//! Belief update of Gaussian predictive coding.

use super::{BELIEF_ERRORS, BELIEF_MOVES, BELIEF_STEPS, belief_errors, belief_moves, belief_steps};
use crate::argument::{exactly, extents, one_of, require};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "fused_belief_update";

/// A belief and the errors of its predictions.
#[derive(Debug, Outputs)]
pub struct Belief<T: Real> {
    /// The belief after the last step, `[B, d]`.
    pub mu: Buffer<T>,
    /// ε at the start of the last step, `[B, n]`; of `mu` as it is when there are no steps.
    pub error: Buffer<T>,
}

/// Steps of Gaussian predictive coding: `ε = y − (Wμ + c)`, `μ ← μ + κ·[Wᵀ(π_y∘ε) − π_x∘(μ − η)]`.
///
/// Belief `mu` and prior mean `eta [B, d]`, observations `y [B, n]`, `w [n, d]`, `c [n]` or none, precisions `pi_y` `[1]`
/// or `[n]` and `pi_x` `[1]` or `[d]`. Usual are `kappa` = 0.1 and one step. Its fixed point is the posterior mean of the
/// linear Gaussian model. Rao & Ballard 1999; Friston 2005; Bogacz 2017. O(steps·B·n·d): up to n·d + n + d = 5120 in one
/// launch, above with two launches a step, which share a belief among many blocks and take an eighth of `w`, at most, for
/// each of its rows of scratch.
///
/// # Errors
/// `Shape` and `Requirement` where the inputs do not fit each other; out of memory.
#[operation(types(f32, f64), kernels(BELIEF_STEPS, BELIEF_ERRORS, BELIEF_MOVES))]
#[allow(clippy::too_many_arguments)]
pub fn fused_belief_update<T: Real>(
    mu: &Buffer<T>,
    eta: &Buffer<T>,
    y: &Buffer<T>,
    w: &Buffer<T>,
    c: Option<&Buffer<T>>,
    pi_y: &Buffer<T>,
    pi_x: &Buffer<T>,
    /// The rate κ of a step, in units of the inverse precisions.
    #[default(0.1)]
    kappa: f64,
    /// How many steps; 0 leaves `mu` as it is.
    #[default(1)]
    steps: u32,
) -> Result<Belief<T>> {
    let ([b, d], [_, n]) = (extents(NAME, "mu", "b, d", mu)?, extents(NAME, "y", "b, n", y)?);
    exactly(NAME, "eta", eta.shape(), &[b, d])?;
    exactly(NAME, "y", y.shape(), &[b, n])?;
    exactly(NAME, "w", w.shape(), &[n, d])?;
    c.map_or(Ok(()), |c| exactly(NAME, "c", c.shape(), &[n]))?;
    one_of(NAME, "pi_y", pi_y.shape(), &[&[n], &[1]])?;
    one_of(NAME, "pi_x", pi_x.shape(), &[&[d], &[1]])?;
    require(NAME, kappa.is_finite(), "a finite kappa", || format!("kappa = {kappa}"))?;
    let no_bias = mu.device().zeros(&[0])?;
    let model = Model { prior: eta, y, w, c: c.unwrap_or(&no_bias), pi_y, pi_x, kappa };
    let held = w.shape().iter().sum::<usize>() + w.shape().iter().product::<usize>();
    if held <= HELD { model.in_one_launch(mu, steps) } else { model.step_by_step(mu, steps) }
}

/// Numbers that `belief_steps` holds in shared memory: weights, a belief and its errors.
const HELD: usize = 5_120;

/// Rows of the batch that a block of `belief_errors` takes together.
const TOGETHER: u64 = 4;

/// Parts that lie side by side in a block of `belief_errors`.
fn beside(d: u64) -> u64 {
    256u64.checked_div(d).map_or(1, |beside| beside.max(1))
}

/// Groups of rows of the batch.
fn groups(b: u64) -> u64 {
    b.div_ceil(TOGETHER)
}

/// The blocks of `belief_errors`.
pub(super) fn blocks(b: u64, d: u64, parts: u64) -> u64 {
    groups(b) * parts.div_ceil(beside(d))
}

/// Into how many parts to cut n rows of d weights, of eight rows at least, so that they fill a device; of one belief and
/// long rows into fewer, for adding them up takes as long.
fn parts(b: u64, d: u64, n: u64) -> u64 {
    let blocks = if b == 1 && beside(d) == 1 { 256 } else { 512 };
    n.div_ceil(8).clamp(1, (blocks / groups(b).max(1)).max(1) * beside(d))
}

/// What a belief is of.
struct Model<'a, T: Real> {
    prior: &'a Buffer<T>,
    y: &'a Buffer<T>,
    w: &'a Buffer<T>,
    c: &'a Buffer<T>,
    pi_y: &'a Buffer<T>,
    pi_x: &'a Buffer<T>,
    /// The rate κ of a step, in units of the inverse precisions.
    kappa: f64,
}

impl<T: Real> Model<'_, T> {
    fn in_one_launch(&self, mu: &Buffer<T>, steps: u32) -> Result<Belief<T>> {
        let Self { prior, y, w, c, pi_y, pi_x, kappa } = *self;
        let device = mu.device();
        let mut belief = Belief { mu: device.zeros(mu.shape())?, error: device.zeros(y.shape())? };
        belief_steps(mu, prior, y, w, c, pi_y, pi_x, &mut belief.mu, &mut belief.error, kappa, steps)?;
        Ok(belief)
    }

    fn step_by_step(&self, mu: &Buffer<T>, steps: u32) -> Result<Belief<T>> {
        let Self { prior, y, w, c, pi_y, pi_x, kappa } = *self;
        let device = mu.device();
        let (b, d) = if let [b, d] = *mu.shape() { (b, d) } else { (0, 0) };
        let n = w.shape().first().copied().unwrap_or(0);
        let mut drawn = device.zeros(&[parts(b as u64, d as u64, n as u64) as usize, b, d])?;
        let mut error = device.zeros(y.shape())?;
        let (mut now, mut next) = (device.zeros(mu.shape())?, device.zeros(mu.shape())?);
        for step in 0..steps {
            let from = if step == 0 { mu } else { &now };
            belief_errors(from, y, w, c, pi_y, &mut error, &mut drawn)?;
            belief_moves(from, prior, pi_x, &drawn, &mut next, kappa)?;
            std::mem::swap(&mut now, &mut next);
        }
        if steps == 0 {
            belief_errors(mu, y, w, c, pi_y, &mut error, &mut drawn)?;
            now = device.upload(&mu.download()?, mu.shape())?;
        }
        Ok(Belief { mu: now, error })
    }
}

#[cfg(test)]
mod tests {
    use super::{Belief, Model, beside, fused_belief_update, parts};
    use approx::assert_abs_diff_eq;
    use prism_device::Device;

    fn call(kappa: f64, steps: u32) -> Belief<f64> {
        let device = Device::cpu();
        let buffer = |x: &[f64], shape: &[usize]| device.upload(x, shape).unwrap();
        let (mu, eta) = (buffer(&[0.1, 0.2], &[1, 2]), buffer(&[0.0, 0.5], &[1, 2]));
        let (y, w) = (buffer(&[1.0, 0.0, 0.3], &[1, 3]), buffer(&[1.0, 0.5, -0.3, 2.0, 0.2, 0.1], &[3, 2]));
        let (c, pi_y, pi_x) =
            (buffer(&[0.1, 0.0, -0.1], &[3]), buffer(&[1.0, 2.0, 0.5], &[3]), buffer(&[1.0, 3.0], &[2]));
        fused_belief_update(&mu, &eta, &y, &w, Some(&c), &pi_y, &pi_x, kappa, steps).unwrap()
    }

    /// The formula in numpy 2.4.6.
    #[test]
    fn equals_numpy_after_three_steps() {
        let known = [
            (1, [0.1858, 0.1788], [0.7, -0.37, 0.36]),
            (2, [0.251_261_2, 0.187_380_8], [0.6248, -0.30186, 0.34496]),
            (3, [0.302_913_011_2, 0.190_820_732_4], [0.555_048_4, -0.299_383_24, 0.331_009_68]),
        ];
        for (steps, mu, error) in known {
            let belief = call(0.1, steps);
            let numbers = [belief.mu.download().unwrap(), belief.error.download().unwrap()].concat();
            for (got, expected) in numbers.into_iter().zip(mu.into_iter().chain(error)) {
                assert_abs_diff_eq!(got, expected, epsilon = 1e-15);
            }
        }
        let none = call(0.1, 0);
        assert_eq!(none.mu.download().unwrap(), [0.1, 0.2]);
        assert_abs_diff_eq!(none.error.download().unwrap()[0], 0.7, epsilon = 1e-15);
    }

    /// `(diag π_x + Wᵀ diag(π_y) W)⁻¹ (π_x η + Wᵀ π_y (y − c))`, numpy 2.4.6.
    #[test]
    fn the_fixed_point_is_the_posterior_mean() {
        let mu = call(0.1, 2_000).mu.download().unwrap();
        assert_abs_diff_eq!(mu[0], 0.491_622_366_161_689, epsilon = 1e-13);
        assert_abs_diff_eq!(mu[1], 0.205_172_761_674_950_24, epsilon = 1e-13);
    }

    #[test]
    fn many_launches_do_what_one_does() {
        let device = Device::cpu();
        let numbers =
            |n: usize, seed: usize| (0..n).map(|i| ((i * 37 + seed) % 101) as f64 / 101.0 - 0.5).collect::<Vec<_>>();
        let [mu, prior] = [1, 2].map(|seed| device.upload(&numbers(3 * 40, seed), &[3, 40]).unwrap());
        let (y, w) = (
            device.upload(&numbers(3 * 90, 3), &[3, 90]).unwrap(),
            device.upload(&numbers(90 * 40, 4), &[90, 40]).unwrap(),
        );
        let [c, pi_y] = [5, 6].map(|seed| device.upload(&numbers(90, seed), &[90]).unwrap());
        let pi_x = device.upload(&numbers(40, 7), &[40]).unwrap();
        let model = Model { prior: &prior, y: &y, w: &w, c: &c, pi_y: &pi_y, pi_x: &pi_x, kappa: 0.01 };
        for steps in [0, 1, 4] {
            let (one, many) = (model.in_one_launch(&mu, steps).unwrap(), model.step_by_step(&mu, steps).unwrap());
            for (a, b) in [(one.mu, many.mu), (one.error, many.error)] {
                for (a, b) in a.download().unwrap().into_iter().zip(b.download().unwrap()) {
                    assert_abs_diff_eq!(a, b, epsilon = 1e-13);
                }
            }
        }
    }

    #[test]
    fn a_large_belief_is_cut_and_many_are_not() {
        assert_eq!([0, 1, 100, 256, 257].map(beside), [1, 256, 2, 1, 1]);
        assert_eq!(
            [parts(1, 2048, 4096), parts(1, 64, 100_000), parts(4096, 512, 512), parts(0, 0, 0)],
            [256, 2048, 1, 1]
        );
    }

    #[test]
    fn precisions_of_another_length_are_refused() {
        let device = Device::cpu();
        let (mu, y) = (device.zeros::<f32>(&[1, 2]).unwrap(), device.zeros(&[1, 3]).unwrap());
        let (w, pi) = (device.zeros(&[3, 2]).unwrap(), device.zeros(&[2]).unwrap());
        let error = fused_belief_update(&mu, &mu, &y, &w, None, &pi, &pi, 0.1, 1).unwrap_err().to_string();
        assert_eq!(error, "fused_belief_update: `pi_y` must be [3] or [1], got [2]");
    }
}
