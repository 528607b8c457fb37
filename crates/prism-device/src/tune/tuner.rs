//! Tunes kernels and answers with what it found.

use super::session::Session;
use super::{
    Bucket, Candidate, Evaluator, Guided, Measured, Outcome, PerformanceMetrics, ProfileCache, SearchAlgorithm,
    SearchSpace, Space, TuningProfile,
};
use crate::Result;
use crate::occupancy::KernelConfig;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Finds the fastest candidate of a kernel by measurement and keeps a profile of it.
pub struct PerformanceTuner {
    algorithm: Box<dyn SearchAlgorithm>,
    profiles: ProfileCache,
}

/// A closure over launches, for a kernel without a compiled form of ours.
struct Launches<F>(F);

impl<F: Fn(&KernelConfig) -> f64> Evaluator for Launches<F> {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        (self.0)(&candidate.config)
    }
}

impl Default for PerformanceTuner {
    fn default() -> Self {
        Self::with_algorithm(Guided::default())
    }
}

impl PerformanceTuner {
    /// A tuner that searches by a model of what it measured.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tuner that searches this way.
    pub fn with_algorithm(algorithm: impl SearchAlgorithm + 'static) -> Self {
        Self { algorithm: Box::new(algorithm), profiles: ProfileCache::default() }
    }

    /// Searches the launches of `space` for the fastest, by an evaluator in operations a second, and keeps the profile.
    ///
    /// # Errors
    /// `Parameter` when the space spans nothing; `Unsupported` when the default does not run.
    pub fn run_tuning_session(
        &self,
        name: &str,
        space: &SearchSpace,
        evaluator: impl Fn(&KernelConfig) -> f64,
    ) -> Result<PerformanceMetrics> {
        let profile = self.tune(name, "", &[space.workload_size], &space.span()?, &Launches(evaluator))?;
        Ok((&*profile).into())
    }

    /// Searches any space for the candidate of a compiled kernel to launch on these sizes, and keeps the profile for all of
    /// their bucket. The default stays unless another beats it by more than noise in a second measurement of both.
    ///
    /// # Errors
    /// `Unsupported` when the default does not run or is wrong.
    pub fn tune(
        &self,
        kernel: &str,
        ptx: &str,
        sizes: &[u64],
        space: &Space,
        evaluator: &dyn Evaluator,
    ) -> Result<Arc<TuningProfile>> {
        let start = Instant::now();
        let session = Session::run(kernel, space, &*self.algorithm, evaluator)?;
        let measured = |candidate: usize, throughput| Measured {
            candidate,
            name: space.name(candidate),
            config: space.candidates()[candidate].config,
            throughput,
        };
        let profile = Arc::new(TuningProfile {
            kernel: kernel.into(),
            ptx: ptx.into(),
            sizes: sizes.to_vec(),
            bucket: Bucket::of(sizes),
            space: space.checksum(),
            default: measured(0, session.default),
            best: measured(session.best, session.throughput),
            algorithm: self.algorithm.name().into(),
            candidates: space.candidates().len(),
            tried: session.trials.len(),
            failed: session.count(Outcome::Failed),
            refused: session.count(Outcome::Refused),
            seconds: start.elapsed().as_secs_f64(),
            tuned_at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            program: env!("CARGO_PKG_VERSION").into(),
        });
        self.profiles.insert(&[Arc::clone(&profile)]);
        Ok(profile)
    }

    /// The last profile of that name.
    pub fn get_profile(&self, name: &str) -> Option<TuningProfile> {
        self.profiles.latest(name).map(|profile| TuningProfile::clone(&profile))
    }

    /// All profiles, for launches to look up and a store to fill or keep.
    pub fn profiles(&self) -> &ProfileCache {
        &self.profiles
    }
}

#[cfg(test)]
#[path = "tuner_tests.rs"]
mod tests;
