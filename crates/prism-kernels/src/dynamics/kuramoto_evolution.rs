//! The Kuramoto model.

use super::network_evolution::{Network, evolve_in_network};
use super::{coherence, phase_moments};
use crate::argument::{exactly, require};
use crate::rows::parts;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Arg, Buffer, ErrorKind, Real, Result, run};

pub(super) const NAME: &str = "kuramoto_evolution";
/// Oscillators of a system that one block takes through all steps.
const RESIDENT: usize = 4096;

/// How phases go through a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum Method {
    /// Runge and Kutta's of order four.
    #[default]
    Rk4,
    /// Euler's.
    Euler,
    /// Euler's with the noise √(2·D·dt)·N(0, 1).
    EulerMaruyama,
}

/// What divides the coupling of an oscillator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum Normalisation {
    /// The number of oscillators N.
    #[default]
    Oscillators,
    /// Its degree `Σ_j A_ij`.
    Degree,
}

/// What `kuramoto_evolution` can be asked for.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct KuramotoEvolutionSettings {
    /// The coupling K, in radians in a unit of time; any finite number.
    pub k: f64,
    /// What divides the coupling: oscillators or degree.
    pub n: Normalisation,
    /// The phase lag α in radians; any finite number.
    pub alpha: f64,
    /// The time of a step, in units of time; greater than 0.
    pub dt: f64,
    /// How phases go through a step: rk4, euler or `euler_maruyama`.
    pub method: Method,
    /// The diffusion D in radians² in a unit of time; 0 or greater, and 0 unless method is `euler_maruyama`.
    pub d: f64,
    /// How many steps.
    pub steps: u32,
    /// Whether phases are kept in (−π, π].
    pub wrap: bool,
    /// Whether the order parameter is kept after every step.
    pub with_r: bool,
    /// The seed of the noise.
    pub seed: u64,
    /// The number of the first normal number of the noise.
    pub offset: u64,
}

impl Default for KuramotoEvolutionSettings {
    fn default() -> Self {
        Self {
            k: 1.0,
            n: Normalisation::Oscillators,
            alpha: 0.0,
            dt: 0.01,
            method: Method::Rk4,
            d: 0.0,
            steps: 1,
            wrap: false,
            with_r: false,
            seed: 0,
            offset: 0,
        }
    }
}

impl KuramotoEvolutionSettings {
    pub(super) fn stages(&self) -> u32 {
        if self.method == Method::Rk4 { 4 } else { 1 }
    }

    /// What kernels take: K, α, dt and D.
    pub(super) fn numbers<'a>(&self) -> [Arg<'a>; 4] {
        [self.k, self.alpha, self.dt, self.d].map(|number| Arg::Scalar(number.into()))
    }

    fn judge(&self, has_couplings: bool) -> Result<()> {
        let finite = self.k.is_finite() && self.alpha.is_finite();
        require(NAME, finite, "finite k and alpha", || format!("k = {}, alpha = {}", self.k, self.alpha))?;
        require(NAME, self.dt > 0.0 && self.dt.is_finite(), "0 < dt < ∞", || format!("dt = {}", self.dt))?;
        require(NAME, self.d >= 0.0 && self.d.is_finite(), "0 <= d < ∞", || format!("d = {}", self.d))?;
        let drawn = self.d == 0.0 || self.method == Method::EulerMaruyama;
        let got = || format!("d = {}, method = {}", self.d, self.method);
        require(NAME, drawn, "d = 0 unless method is euler_maruyama", got)?;
        let divided = has_couplings || self.n == Normalisation::Oscillators;
        require(NAME, divided, "couplings where n is degree", || "no a and no value".into())
    }
}

/// What the phases became.
#[derive(Debug, Outputs)]
pub struct KuramotoEvolutionOutputs<T: Real> {
    /// The phases after the last step in radians, shaped as they were.
    pub theta: Buffer<T>,
    /// The length of the mean of e^{iθ} after every step `[…, steps]`, where `with_r` asked for; NaN for N = 0.
    pub r: Option<Buffer<T>>,
}

/// Phase oscillators `dθ_i/dt = ω_i + (K/n)·Σ_j A_ij·sin(θ_j − θ_i − α)` after `steps` steps of `dt`.
///
/// `theta, omega […, N]` in radians and radians in a unit of time → `theta […, N]` and, with `with_r`, `r […, steps]`. All
/// oscillators couple to all (and each to itself) where there is no A, by the mean field K·r·sin(ψ − θ − α); else A is `a
/// [N, N]`, or in compressed rows `row_start [N + 1], column, value [nnz]`, the same for all systems. n is N or the degree
/// `Σ_j A_ij`; an oscillator of degree 0 is not coupled. Noise: normal number `offset` + (s·B + i)·N + j of Philox stream 0
/// under `seed` for oscillator j of system i in step s; a call consumes `steps`·B·N of them.
///
/// Kuramoto 1975; Acebrón et al. 2005. Mean field O(steps·B·N): systems of up to 4096 oscillators in one launch, larger
/// ones with a launch a stage that keeps nothing between stages but sums. Networks O(steps·B·nnz(A)) with a launch a
/// stage and 5·B·N numbers of scratch.
///
/// # Errors
/// `Requirement` for a setting out of its range; `Shape` where the inputs do not fit each other; `Data` where compressed
/// rows point outside A; out of memory.
#[operation(
    types(f32, f64),
    kernels(
        super::MEAN_FIELD_TRAJECTORY,
        super::MEAN_FIELD_STAGE,
        super::NETWORK_DEGREE,
        super::NETWORK_STAGE,
        super::COHERENCE
    )
)]
#[allow(clippy::too_many_arguments)]
pub fn kuramoto_evolution<T: Real>(
    theta: &Buffer<T>,
    omega: &Buffer<T>,
    a: Option<&Buffer<T>>,
    row_start: Option<&Buffer<i32>>,
    column: Option<&Buffer<i32>>,
    value: Option<&Buffer<T>>,
    settings: &KuramotoEvolutionSettings,
) -> Result<KuramotoEvolutionOutputs<T>> {
    let Some((&n, lead)) = theta.shape().split_last() else {
        let (expected, got) = ("…, N".into(), Vec::new());
        return Err(ErrorKind::Shape { kernel: NAME, argument: "theta", expected, got }.into());
    };
    exactly(NAME, "omega", omega.shape(), theta.shape())?;
    let network = Network::of(n, a, row_start, column, value)?;
    settings.judge(network.is_some())?;
    let system = Oscillators { theta, omega, b: lead.iter().product(), n, settings };
    let (next, r) = match network {
        Some(network) => evolve_in_network(&system, &network)?,
        None if n <= RESIDENT => system.trajectory()?,
        None => system.stage_by_stage()?,
    };
    let r = settings.with_r.then(|| r.reshaped(&[lead, &[settings.steps as usize]].concat())).transpose()?;
    Ok(KuramotoEvolutionOutputs { theta: next.reshaped(theta.shape())?, r })
}

/// Systems of oscillators and what is asked of them.
pub(super) struct Oscillators<'a, T: Real> {
    pub theta: &'a Buffer<T>,
    pub omega: &'a Buffer<T>,
    pub b: usize,
    pub n: usize,
    pub settings: &'a KuramotoEvolutionSettings,
}

impl<T: Real> Oscillators<'_, T> {
    /// Columns of r.
    pub fn kept(&self) -> usize {
        if self.settings.with_r { self.settings.steps as usize } else { 0 }
    }

    /// The number of the first normal number of a step.
    pub fn number(&self, step: u32) -> u64 {
        self.settings.offset.wrapping_add(u64::from(step) * (self.b * self.n) as u64)
    }

    fn trajectory(&self) -> Result<(Buffer<T>, Buffer<T>)> {
        let (device, shape, settings) = (self.theta.device(), [self.b, self.n], self.settings);
        let (mut next, mut r) = (device.zeros::<T>(&shape)?, device.zeros::<T>(&[self.b, self.kept()])?);
        let (theta, omega) = (self.theta.seen_as(&shape)?, self.omega.seen_as(&shape)?);
        let buffers = [Arg::In(&theta), Arg::In(&omega), Arg::Out(&mut next), Arg::Out(&mut r)];
        let counts = [settings.steps, settings.stages(), settings.wrap.into()].map(|count| Arg::Scalar(count.into()));
        let draws = [settings.seed, settings.offset].map(|number| Arg::Scalar(number.into()));
        let arguments = buffers.into_iter().chain(settings.numbers()).chain(counts).chain(draws);
        run(&super::MEAN_FIELD_TRAJECTORY, &mut arguments.collect::<Vec<_>>())?;
        Ok((next, r))
    }

    fn stage_by_stage(&self) -> Result<(Buffer<T>, Buffer<T>)> {
        let (device, shape, settings) = (self.theta.device(), [self.b, self.n], self.settings);
        let parts = parts(self.b, self.n);
        let (start, omega) = (self.theta.seen_as(&shape)?, self.omega.seen_as(&shape)?);
        let (mut theta, mut r) = (device.zeros::<T>(&shape)?, device.zeros::<T>(&[self.b, self.kept()])?);
        let mut sums = device.zeros::<f64>(&[self.b, 5, parts, 2])?;
        let mut stage = |theta: &mut Buffer<T>, stage: u32, step| {
            let buffers = [Arg::In(&start), Arg::In(&omega), Arg::Out(theta), Arg::Out(&mut sums)];
            let counts =
                [stage, settings.stages(), settings.wrap.into(), step % 2].map(|count| Arg::Scalar(count.into()));
            let draws = [settings.seed, self.number(step)].map(|number| Arg::Scalar(number.into()));
            let arguments = buffers.into_iter().chain(settings.numbers()).chain(counts).chain(draws);
            run(&super::MEAN_FIELD_STAGE, &mut arguments.collect::<Vec<_>>())
        };
        stage(&mut theta, 0, 0)?;
        for step in 0..settings.steps {
            (1..=settings.stages()).try_for_each(|at| stage(&mut theta, at, step))?;
            self.keep(&theta, &mut r, step)?;
        }
        Ok((theta, r))
    }

    /// Writes the order parameter of the phases after a step, where it is asked for.
    pub fn keep(&self, theta: &Buffer<T>, r: &mut Buffer<T>, step: u32) -> Result<()> {
        if !self.settings.with_r {
            return Ok(());
        }
        let mut moments = theta.device().zeros(&[self.b, parts(self.b, self.n), 2])?;
        phase_moments(theta, &mut moments, 1)?;
        coherence(&moments, r, step, self.n as u64)
    }
}

#[cfg(test)]
#[path = "kuramoto_evolution_tests.rs"]
mod tests;
