//! `summary.json`: what was asked, of what, with what, and how long it took.

use anyhow::Result;
use prism_ai::network::Network;
use prism_ai::transfer_entropy::{Conditional, Estimator, Plan, Settings};
use prism_device::timing::KernelTime;
use prism_device::{Device, Taken};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is known of a run so far.
pub struct Summary {
    path: PathBuf,
    begun: Instant,
    plan: Value,
    warnings: Vec<String>,
    device: Value,
    computed: f64,
    kernels: Vec<KernelTime>,
}

impl Summary {
    /// A run on the recording at `path` begins.
    pub fn begin(path: &Path) -> Self {
        Self {
            path: path.into(),
            begun: Instant::now(),
            plan: Value::Null,
            warnings: Vec::new(),
            device: Value::Null,
            computed: 0.0,
            kernels: Vec::new(),
        }
    }

    /// The recording is read, the settings are judged, the device is open.
    pub fn planned(&mut self, plan: &Plan, taken: &Taken) {
        self.plan = json!({ "data": data(&self.path, plan), "parameters": parameters(plan) });
        self.warnings.clone_from(&plan.warnings);
        self.device =
            json!({ "name": taken.to_string(), "cuda": taken.device.is_cuda(), "driver": taken.device.driver() });
    }

    /// Runs the computation and keeps its times.
    pub fn timed<T>(&mut self, device: &Device, compute: impl FnOnce() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        device.record()?;
        let result = compute();
        let kernels = device.recorded();
        self.computed = begun.elapsed().as_secs_f64();
        let result = result?;
        self.kernels = kernels?;
        Ok(result)
    }

    /// The summary as it is written.
    pub fn to_json(&self, network: &Network) -> Value {
        json!({
            "command": "transfer-entropy",
            "versions": { "prism-ai": env!("CARGO_PKG_VERSION"), "cuda_driver": self.device["driver"] },
            "data": self.plan["data"],
            "parameters": self.plan["parameters"],
            "device": self.device["name"],
            "seconds": { "compute": self.computed, "total": self.begun.elapsed().as_secs_f64() },
            "kernels": kernels(&self.kernels),
            "results": { "pairs": network.pairs.len(), "edges": network.edges().count() },
            "warnings": self.warnings,
        })
    }
}

fn data(path: &Path, plan: &Plan) -> Value {
    let series = &plan.series;
    json!({
        "path": path.display().to_string(),
        "channels": series.names(),
        "samples": series.samples(),
        "trials": series.trials().len(),
    })
}

/// The settings under the names of their flags.
fn parameters(plan: &Plan) -> Value {
    let Settings { estimation, .. } = &plan.settings;
    let settings = &plan.settings;
    let names = |channels: &[usize]| channels.iter().map(|&v| plan.series.names()[v].clone()).collect::<Vec<_>>();
    json!({
        "estimator": estimation.estimator.name(),
        "bins": match estimation.estimator { Estimator::Binned { bins } => Some(bins), _ => None },
        "k": estimation.k,
        "theiler": plan.theiler,
        "normalize": estimation.normalize.name(),
        "noise": estimation.noise,
        "units": estimation.units.to_string(),
        "precision": estimation.precision.name(),
        "seed": estimation.seed,
        "miller_madow": estimation.miller_madow,
        "sources": settings.sources.as_deref().map(names),
        "targets": settings.targets.as_deref().map(names),
        "conditional": match &settings.conditional {
            Conditional::Channels(channels) => json!(names(channels)),
            Conditional::Others => json!("others"),
        },
        "conditional_delay": settings.conditional_delay,
        "target_history": settings.target_history,
        "source_history": settings.source_history,
        "target_tau": settings.target_tau,
        "source_tau": settings.source_tau,
        "delays": settings.delays,
        "surrogates": settings.surrogates,
        "surrogate_method": settings.surrogate_method.name(),
        "alpha": settings.alpha,
        "correction": settings.correction.name(),
        "local": settings.local,
    })
}

/// Calls and device milliseconds of each kernel; empty on the CPU, which has no kernels to time.
fn kernels(times: &[KernelTime]) -> Value {
    let mut kernels = Map::new();
    for time in times {
        let kernel = kernels.entry(time.kernel).or_insert_with(|| json!({ "calls": 0, "milliseconds": 0.0 }));
        kernel["calls"] = json!(kernel["calls"].as_u64().unwrap_or(0) + 1);
        kernel["milliseconds"] = json!(kernel["milliseconds"].as_f64().unwrap_or(0.0) + f64::from(time.milliseconds));
    }
    kernels.into()
}
