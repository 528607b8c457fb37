//! Transfer entropy by nearest neighbours, from one recorded channel to another.

use super::settings::EmbeddingSettings;
use super::variable::{series, trials};
use super::{KsgSettings, KsgTransferEntropySettings};
use crate::progress::Silent;
use crate::transfer_entropy::{Conditional, Plan, Settings};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Real, Result};
use prism_kernels::argument::{exactly, require};
use prism_kernels::ksg::{FUSED_DISTANCE_KTH, FUSED_SMALL_TE, FUSED_TE_REDUCTION, SURROGATE_SOURCES};

const NAME: &str = "ksg_transfer_entropy";

/// Transfer entropy, in units of the logarithm to `base`.
#[derive(Debug, Outputs)]
pub struct KsgTransferEntropy {
    /// The estimate, `[]`.
    pub te: Buffer<f64>,
    /// The number of observations, `[]`.
    pub n_obs: Buffer<u64>,
    /// What each observation contributes, trial by trial, `[n_obs]`; their mean is the estimate.
    pub local: Option<Buffer<f64>>,
    /// The standard error of that mean, `[]`, as if contributions were independent.
    pub standard_error: Option<Buffer<f64>>,
    /// The distances of each observation to its 1st … k-th neighbour, `[k, n_obs]`, in the units of the normalized variables.
    pub radii: Option<Buffer<f64>>,
}

/// Transfer entropy from a source to a target, in nats, by the distances of nearest neighbours.
///
/// `source [t]` or `[r, t]` (r trials, pooled; no observation crosses from one into the next), `target` and every one of
/// `conditionals` of the same shape → `te []`, `n_obs []`, `local [n_obs]`, not clipped at 0, and `standard_error []`;
/// `radii [k, n_obs]` to the 1st … k-th neighbour among all of these variables, which takes k searches. It is
/// `I(Y[t]; X[t−u−i·τx], i < l | Y[t−1−i·τy], i < κ; C[t−c])` with the settings κ = `target_history`, l = `source_history`,
/// τy = `target_tau`, τx = `source_tau`, u = `delay`, c = `conditional_delay`, by the formulas of
/// `conditional_mutual_information`. `f32` is within 2e-3 nats where values do not
/// repeat. Schreiber 2000; Vicente et al. 2011; Wibral et al. 2013; Lizier 2014. About O(n log n) in few dimensions.
///
/// # Errors
/// Shapes that do not fit; a value that is not finite; not more than k + 2·theiler observations; a setting out of range;
/// more than 64 neighbours on a GPU; out of memory.
#[operation(types(f32, f64), kernels(FUSED_DISTANCE_KTH, FUSED_TE_REDUCTION, FUSED_SMALL_TE, SURROGATE_SOURCES))]
pub fn ksg_transfer_entropy<T: Real>(
    source: &Buffer<T>,
    target: &Buffer<T>,
    conditionals: &[&Buffer<T>],
    settings: &KsgTransferEntropySettings,
) -> Result<KsgTransferEntropy> {
    let KsgTransferEntropySettings { embedding, estimator } = settings;
    embedding.judge()?;
    let device = source.device();
    let plan = plan(source, target, conditionals, settings)?;
    let n_obs = plan.embedding(embedding.delay).observations(plan.series.trials());
    let estimation = estimator.estimation(NAME, T::DTYPE, device, n_obs)?;
    let plan = Plan { settings: Settings { estimation, ..plan.settings }, ..plan };
    let mut network = plan.run(device, &Silent)?;
    let pair = network.pairs.swap_remove(0);
    let in_base = |nats: Vec<f64>| nats.into_iter().map(|nats| estimator.in_base(nats)).collect::<Vec<_>>();
    let local = pair.local.map(in_base);
    let radii = estimator.with_radii.then(|| plan.radii((0, 1), embedding.delay, device)).transpose()?;
    Ok(KsgTransferEntropy {
        te: device.upload(&[estimator.in_base(pair.te)], &[])?,
        n_obs: device.upload(&[pair.n_obs as u64], &[])?,
        standard_error: local.as_deref().map(|l| device.upload(&[KsgSettings::standard_error(l)], &[])).transpose()?,
        local: local.map(|local| device.upload(&local, &[n_obs])).transpose()?,
        radii: radii.map(|radii| device.upload(&radii, &[estimator.k, n_obs])).transpose()?,
    })
}

/// The job of one pair: channel 0 the source, 1 the target, then the conditionals.
fn plan<T: Real>(
    source: &Buffer<T>,
    target: &Buffer<T>,
    conditionals: &[&Buffer<T>],
    settings: &KsgTransferEntropySettings,
) -> Result<Plan> {
    let named = [("source", source), ("target", target)];
    let named = named.into_iter().chain(conditionals.iter().map(|&buffer| ("conditionals", buffer)));
    let mut columns = Vec::new();
    for (argument, buffer) in named {
        columns.push(trials(NAME, argument, buffer)?);
        exactly(NAME, argument, buffer.shape(), source.shape())?;
    }
    let [r, t] = columns[0].0;
    require(NAME, r * t > 0, "one sample or more", || format!("{r} trials of {t}"))?;
    let KsgTransferEntropySettings { embedding, estimator } = settings;
    Ok(Plan {
        series: series(columns.into_iter().map(|(_, column)| column).collect(), &vec![t; r])?,
        settings: Settings {
            conditional: Conditional::Channels((2..2 + conditionals.len()).collect()),
            conditional_delay: embedding.conditional_delay,
            target_history: embedding.target_history,
            source_history: embedding.source_history,
            target_tau: embedding.target_tau,
            source_tau: embedding.source_tau,
            delays: vec![embedding.delay],
            surrogates: 0,
            local: estimator.with_local,
            ..Settings::default()
        },
        pairs: vec![(0, 1)],
        theiler: estimator.theiler,
        warnings: Vec::new(),
    })
}

impl EmbeddingSettings {
    fn judge(&self) -> Result<()> {
        let Self { target_history, source_history, target_tau, source_tau, delay, .. } = *self;
        let counts = [target_history, source_history, target_tau, source_tau, delay];
        require(NAME, counts.iter().all(|&count| count >= 1), "histories, taus and delay of 1 or more", || {
            format!(
                "target_history = {target_history}, source_history = {source_history}, target_tau = {target_tau}, source_tau = {source_tau}, delay = {delay}"
            )
        })
    }
}
