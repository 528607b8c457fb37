//! The profiles in use, read on every launch.

use super::{Bucket, TuningProfile};
use crate::occupancy::KernelConfig;
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;

/// What a launch asks for, beside the profile that it is from: a lookup reads no evidence.
#[derive(Debug, Clone)]
struct Slot {
    bucket: Bucket,
    candidate: usize,
    config: KernelConfig,
    profile: Arc<TuningProfile>,
}

/// The profiles of a kernel, one a bucket, the last tuned behind the others.
type Slots = Vec<Slot>;

/// Profiles by kernel and bucket. Readers neither wait nor write: not for each other, not for a writer.
#[derive(Debug, Default)]
pub struct ProfileCache(ArcSwap<HashMap<String, Slots>>);

impl ProfileCache {
    /// The index of the candidate to launch, and its launch.
    pub fn choice(&self, kernel: &str, bucket: Bucket) -> Option<(usize, KernelConfig)> {
        let kernels = self.0.load();
        let slot = kernels.get(kernel)?.iter().find(|slot| slot.bucket == bucket)?;
        Some((slot.candidate, slot.config))
    }

    /// The profile of a kernel for a bucket.
    pub fn profile(&self, kernel: &str, bucket: Bucket) -> Option<Arc<TuningProfile>> {
        let kernels = self.0.load();
        kernels.get(kernel)?.iter().find(|slot| slot.bucket == bucket).map(|slot| Arc::clone(&slot.profile))
    }

    /// The profile of a kernel that was put in last.
    pub fn latest(&self, kernel: &str) -> Option<Arc<TuningProfile>> {
        self.0.load().get(kernel)?.last().map(|slot| Arc::clone(&slot.profile))
    }

    /// Puts profiles in, each in the place of the one for its kernel and bucket. Costs a copy of the map.
    pub fn insert(&self, profiles: &[Arc<TuningProfile>]) {
        self.0.rcu(|kernels| {
            let mut kernels = HashMap::clone(kernels);
            for profile in profiles {
                let slots: &mut Slots = kernels.entry(profile.kernel.clone()).or_default();
                slots.retain(|slot| slot.bucket != profile.bucket);
                slots.push(Slot::of(profile));
            }
            kernels
        });
    }

    /// Forgets the profile of a kernel for a bucket.
    pub fn remove(&self, kernel: &str, bucket: Bucket) {
        self.0.rcu(|kernels| {
            let mut kernels = HashMap::clone(kernels);
            if let Some(slots) = kernels.get_mut(kernel) {
                slots.retain(|slot| slot.bucket != bucket);
            }
            kernels
        });
    }

    /// All profiles, by kernel and bucket.
    pub fn all(&self) -> Vec<Arc<TuningProfile>> {
        let mut all: Vec<_> = self.0.load().values().flatten().map(|slot| Arc::clone(&slot.profile)).collect();
        all.sort_by(|a, b| (&a.kernel, a.bucket).cmp(&(&b.kernel, b.bucket)));
        all
    }
}

impl Slot {
    fn of(profile: &Arc<TuningProfile>) -> Self {
        let (bucket, best) = (profile.bucket, &profile.best);
        Self { bucket, candidate: best.candidate, config: best.config, profile: Arc::clone(profile) }
    }
}
