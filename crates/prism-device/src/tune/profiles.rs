//! The profiles that the launches of a device ask.

use super::{Bucket, Loaded, Origin, ProfileCache, ProfileStore, Tuning, TuningProfile, shipped};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// The profiles of a device: read when the first kernel with a choice is loaded, and used for kernels in the compiled form
/// that was measured.
pub(crate) struct DeviceProfiles {
    mode: Tuning,
    origin: Origin,
    store: Option<ProfileStore>,
    known: OnceLock<Vec<Arc<TuningProfile>>>,
    cache: ProfileCache,
}

impl DeviceProfiles {
    /// Those of a device that the program knows and that are in a file, which is the user's where none is named.
    pub(crate) fn of(mode: Tuning, origin: Origin, file: Option<PathBuf>) -> Self {
        let store = match file {
            Some(path) => Some(ProfileStore::at(path, origin.clone())),
            None => ProfileStore::of_user(origin.clone()),
        };
        Self { mode, origin, store, known: OnceLock::new(), cache: ProfileCache::default() }
    }

    /// How its launches use them.
    pub(crate) fn mode(&self) -> Tuning {
        self.mode
    }

    /// The profile of a kernel for these sizes.
    pub(crate) fn profile(&self, symbol: &str, sizes: &[u64]) -> Option<Arc<TuningProfile>> {
        self.cache.profile(symbol, Bucket::of(sizes))
    }

    /// Takes a profile into use and into the user's store.
    pub(crate) fn keep(&self, profile: &Arc<TuningProfile>) {
        let profiles = std::slice::from_ref(profile);
        self.cache.insert(profiles);
        match self.store.as_ref().map(|store| store.save(profiles)) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(notice))) => tracing::warn!("{notice}"),
            Some(Err(error)) => tracing::warn!(%error, "a tuning profile is not kept"),
        }
    }

    /// The threads of a block that a profile says for these sizes.
    pub(crate) fn block(&self, symbol: &str, sizes: &[u64]) -> Option<u32> {
        if self.mode == Tuning::Off {
            return None;
        }
        self.cache.choice(symbol, Bucket::of(sizes)).map(|(_, config)| config.block_size)
    }

    /// Takes the profiles of a kernel in the compiled form that was loaded into use.
    pub(crate) fn adopt(&self, symbol: &str, ptx: &str) {
        if self.mode == Tuning::Off {
            return;
        }
        let is_of = |profile: &&Arc<TuningProfile>| profile.kernel == symbol && profile.ptx == ptx;
        let of_kernel: Vec<_> = self.known().iter().filter(is_of).cloned().collect();
        if !of_kernel.is_empty() {
            self.cache.insert(&of_kernel);
        }
    }

    /// What was shipped for the model, then what its user measured, which takes its place.
    fn known(&self) -> &[Arc<TuningProfile>] {
        self.known.get_or_init(|| {
            let mut known = shipped::of(&self.origin.device);
            let Some(store) = &self.store else { return known };
            let Loaded { profiles, notice, .. } = store.load(|_| true);
            if let Some(notice) = notice {
                tracing::warn!("{notice}");
            }
            known.extend(profiles);
            known
        })
    }
}

#[cfg(test)]
#[path = "profiles_tests.rs"]
mod tests;
