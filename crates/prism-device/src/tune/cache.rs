//! The profiles in use, read on every launch.

use super::{Bucket, KernelConfig, TuningProfile};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;

/// The profiles of a kernel, one a bucket.
type Profiles = Vec<Arc<TuningProfile>>;

/// Profiles by kernel and bucket. Readers neither wait nor write: not for each other, not for a writer.
#[derive(Debug, Default)]
pub struct ProfileCache(ArcSwap<HashMap<String, Profiles>>);

impl ProfileCache {
    /// The index of the candidate to launch, and its launch.
    pub fn choice(&self, kernel: &str, bucket: Bucket) -> Option<(usize, KernelConfig)> {
        let kernels = self.0.load();
        let profile = kernels.get(kernel)?.iter().find(|profile| profile.bucket == bucket)?;
        Some((profile.best.candidate, profile.best.config))
    }

    /// The profile of a kernel for a bucket.
    pub fn profile(&self, kernel: &str, bucket: Bucket) -> Option<Arc<TuningProfile>> {
        self.0.load().get(kernel)?.iter().find(|profile| profile.bucket == bucket).cloned()
    }

    /// The profile of a kernel that was put in last.
    pub fn latest(&self, kernel: &str) -> Option<Arc<TuningProfile>> {
        self.0.load().get(kernel)?.last().cloned()
    }

    /// Puts profiles in, each in the place of the one for its kernel and bucket. Costs a copy of the map.
    pub fn insert(&self, profiles: &[Arc<TuningProfile>]) {
        self.0.rcu(|kernels| {
            let mut kernels = HashMap::clone(kernels);
            for profile in profiles {
                let others: &mut Profiles = kernels.entry(profile.kernel.clone()).or_default();
                others.retain(|other| other.bucket != profile.bucket);
                others.push(Arc::clone(profile));
            }
            kernels
        });
    }

    /// Forgets the profile of a kernel for a bucket.
    pub fn remove(&self, kernel: &str, bucket: Bucket) {
        self.0.rcu(|kernels| {
            let mut kernels = HashMap::clone(kernels);
            if let Some(profiles) = kernels.get_mut(kernel) {
                profiles.retain(|profile| profile.bucket != bucket);
            }
            kernels
        });
    }

    /// All profiles, by kernel and bucket.
    pub fn all(&self) -> Vec<Arc<TuningProfile>> {
        let mut all: Vec<_> = self.0.load().values().flatten().cloned().collect();
        all.sort_by(|a, b| (&a.kernel, a.bucket).cmp(&(&b.kernel, b.bucket)));
        all
    }
}
