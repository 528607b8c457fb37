//! What the estimators are asked with, under the names of the catalogue.

use crate::transfer_entropy::{Estimation, Estimator, Normalize, Precision, Theiler};
use prism_derive::Settings;
use prism_device::operation::{Parameter, Setting, Settings, same_choice};
use prism_device::{Device, Dtype, Result};
use prism_kernels::argument::require;
use prism_kernels::information::BASE;

/// The most neighbours that the kernels keep.
const MOST_NEIGHBOURS: usize = 64;

/// The most noise that stays a number in either precision.
const LOUDEST: f64 = 1e30;

/// How information is estimated from nearest neighbours.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct KsgSettings {
    /// Nearest neighbours.
    pub k: usize,
    /// 1: strict counts within the joint distance. 2: counts within the distance of each marginal.
    pub algorithm: u32,
    /// Samples on either side that are too near in time to be neighbours.
    pub theiler: usize,
    /// What is brought to mean 0 and standard deviation 1.
    pub normalize: Normalize,
    /// Standard deviation of the noise that breaks ties, after normalization.
    pub noise: f64,
    /// What the noise is drawn from.
    pub seed: u64,
    /// The base of the logarithm: e for nats, 2 for bits.
    pub base: f64,
    /// Whether the contribution of each observation is returned, and with it the standard error.
    pub with_local: bool,
    /// Whether the distances of each observation to its neighbours are returned.
    pub with_radii: bool,
}

impl Default for KsgSettings {
    fn default() -> Self {
        Self {
            k: 4,
            algorithm: 1,
            theiler: 0,
            normalize: Normalize::Series,
            noise: 0.0,
            seed: 0,
            base: std::f64::consts::E,
            with_local: false,
            with_radii: false,
        }
    }
}

/// How observations of transfer entropy are made of samples.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
pub struct EmbeddingSettings {
    /// Past values of the target.
    pub target_history: usize,
    /// Values of the source.
    pub source_history: usize,
    /// Samples between past values of the target.
    pub target_tau: usize,
    /// Samples between values of the source.
    pub source_tau: usize,
    /// Samples between the latest source value and the target.
    pub delay: usize,
    /// Samples between the conditional values and the target.
    pub conditional_delay: usize,
}

impl Default for EmbeddingSettings {
    fn default() -> Self {
        Self { target_history: 1, source_history: 1, target_tau: 1, source_tau: 1, delay: 1, conditional_delay: 1 }
    }
}

/// What transfer entropy is estimated with: the embedding, then the estimator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KsgTransferEntropySettings {
    /// How observations are made.
    pub embedding: EmbeddingSettings,
    /// How information is estimated from them.
    pub estimator: KsgSettings,
}

impl Settings for KsgTransferEntropySettings {
    fn parameters() -> Vec<Parameter> {
        [EmbeddingSettings::parameters(), KsgSettings::parameters()].concat()
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        self.embedding.set(name, text)?;
        self.estimator.set(name, text)
    }
}

impl Setting for Normalize {
    fn expects() -> String {
        Self::ALL.iter().map(|choice| choice.name()).collect::<Vec<_>>().join(", ")
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| same_choice(choice.name(), text))
    }

    fn show(&self) -> String {
        self.name().into()
    }
}

impl KsgSettings {
    /// What the estimators of this crate take, once it is in range for `n` observations on `device`.
    pub(super) fn estimation(
        &self,
        operation: &'static str,
        element: Dtype,
        device: &Device,
        n: usize,
    ) -> Result<Estimation> {
        let Self { k, algorithm, theiler, normalize, noise, seed, base, .. } = *self;
        BASE.judge(operation, "base", base)?;
        require(operation, matches!(algorithm, 1 | 2), "algorithm 1 or 2", || format!("algorithm = {algorithm}"))?;
        require(operation, k >= 1, "k ≥ 1", || format!("k = {k}"))?;
        let fits = !device.is_cuda() || k <= MOST_NEIGHBOURS;
        require(operation, fits, "k ≤ 64 on a GPU", || format!("k = {k}"))?;
        let is_noise = (0.0..=LOUDEST).contains(&noise);
        require(operation, is_noise, "noise from 0 to 1e30", || format!("noise = {noise}"))?;
        let enough = n > theiler.saturating_mul(2).saturating_add(k);
        require(operation, enough, "more than k + 2·theiler observations", || {
            format!("{n} with k = {k}, theiler = {theiler}")
        })?;
        Ok(Estimation {
            estimator: if algorithm == 1 { Estimator::Ksg1 } else { Estimator::Ksg2 },
            k,
            theiler: Theiler::Rows(theiler),
            normalize,
            noise,
            precision: if element == Dtype::F32 { Precision::F32 } else { Precision::F64 },
            seed,
            ..Estimation::default()
        })
    }

    /// Nats in units of the logarithm to `base`.
    pub(super) fn in_base(&self, nats: f64) -> f64 {
        nats / self.base.ln()
    }

    /// The standard error of a mean of contributions, as if they were independent: `s/√n`, s their standard deviation.
    pub(super) fn standard_error(local: &[f64]) -> f64 {
        let n = local.len() as f64;
        let mean = local.iter().sum::<f64>() / n;
        (local.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * (n - 1.0))).sqrt()
    }
}
