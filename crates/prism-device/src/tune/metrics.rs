//! What a tuning session found.

use super::{Measured, TuningProfile};
use std::time::Duration;

/// What a tuning session found, and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct PerformanceMetrics {
    /// Throughput of the best over that of the default; 1 when the default is the best.
    pub speedup: f64,
    /// Operations a second of the best.
    pub best_throughput: f64,
    /// Operations a second of the default.
    pub default_throughput: f64,
    /// The candidate that is to be launched.
    pub best: Measured,
    /// Candidates that were measured, the failed and refused among them.
    pub configs_evaluated: usize,
    /// Candidates that did not run.
    pub configs_failed: usize,
    /// Candidates whose answer was wrong.
    pub configs_refused: usize,
    /// Candidates there are.
    pub configs_total: usize,
    /// Time of the session.
    pub tuning_duration: Duration,
}

impl From<&TuningProfile> for PerformanceMetrics {
    fn from(profile: &TuningProfile) -> Self {
        Self {
            speedup: profile.speedup(),
            best_throughput: profile.best.throughput,
            default_throughput: profile.default.throughput,
            best: profile.best.clone(),
            configs_evaluated: profile.tried,
            configs_failed: profile.failed,
            configs_refused: profile.refused,
            configs_total: profile.candidates,
            tuning_duration: Duration::from_secs_f64(profile.seconds),
        }
    }
}
