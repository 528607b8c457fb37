//! Phase oscillators for the references: their rate in a field, and how stages make a step.

use prism_device::philox::Philox;
use std::f64::consts::TAU;

/// How phases go through a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stepping {
    pub k: f64,
    pub alpha: f64,
    pub dt: f64,
    pub diffusion: f64,
    /// 1 for Euler, 4 for Runge and Kutta.
    pub stages: u32,
    pub wrap: bool,
    pub seed: u64,
}

impl Stepping {
    /// `ω + (k/neighbours)·Σ sin(θ_j − θ − α)` from the sums of sines and cosines; ω without neighbours.
    pub fn rate(&self, theta: f64, omega: f64, sums: (f64, f64), neighbours: f64) -> f64 {
        self.rate_of(theta.sin_cos(), omega, sums, neighbours)
    }

    /// The same from the oscillator's own sine and cosine.
    pub fn rate_of(&self, own: (f64, f64), omega: f64, (s, c): (f64, f64), neighbours: f64) -> f64 {
        let (turn, across) = self.alpha.sin_cos();
        let (sine, cosine) = (own.0 * across + own.1 * turn, own.1 * across - own.0 * turn);
        if neighbours == 0.0 { omega } else { omega + self.k / neighbours * (s * cosine - c * sine) }
    }

    /// What the rate of a stage, from 1 on, weighs in the step.
    pub fn weight(stage: u32) -> f64 {
        if stage == 2 || stage == 3 { 2.0 } else { 1.0 }
    }

    /// The phase that the stage after `stage` looks at.
    pub fn ahead(&self, theta: f64, rate: f64, stage: u32) -> f64 {
        theta + if stage < 3 { 0.5 * self.dt } else { self.dt } * rate
    }

    /// The phase after the step, from the weighed sum of its rates and the number of its normal number.
    pub fn after(&self, theta: f64, weighed: f64, number: u64) -> f64 {
        let mut next = theta + self.dt * weighed / if self.stages == 1 { 1.0 } else { 6.0 };
        if self.diffusion > 0.0 {
            next += (2.0 * self.diffusion * self.dt).sqrt() * Philox::new(self.seed, 0).normal(number);
        }
        if self.wrap { next - TAU * (next / TAU - 0.5).ceil() } else { next }
    }

    /// One step of all phases, whose rates `field` gives for the phases of a stage.
    pub fn step(&self, theta: &mut [f64], number: u64, field: impl Fn(&[f64]) -> Vec<f64>) {
        let (mut seen, mut weighed) = (theta.to_vec(), vec![0.0; theta.len()]);
        for stage in 1..=self.stages {
            for (i, rate) in field(&seen).into_iter().enumerate() {
                weighed[i] += Self::weight(stage) * rate;
                seen[i] = self.ahead(theta[i], rate, stage);
            }
        }
        for (i, theta) in theta.iter_mut().enumerate() {
            *theta = self.after(*theta, weighed[i], number + i as u64);
        }
    }
}

/// The sums of sines and of cosines.
pub(super) fn moments(theta: &[f64]) -> (f64, f64) {
    (theta.iter().map(|theta| theta.sin()).sum(), theta.iter().map(|theta| theta.cos()).sum())
}

/// Couplings, lags and steps that keep phases well away from chaos; noise for Euler.
pub(super) fn prepare(case: &mut prism_device::conformance::Case) {
    use prism_device::Scalar;
    use prism_device::conformance::Value;
    let diffusion = if case.quantity("stages") == 1 { 0.05 } else { 0.0 };
    for (name, value) in [("k", 1.5), ("alpha", 0.25), ("dt", 0.01), ("diffusion", diffusion)] {
        *case.value(name) = Value::Scalar(Scalar::F64(value));
    }
}
