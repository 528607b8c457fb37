//! Profiles from one run to the next: one file that any number of processes share.
//!
//! A writer locks, reads, merges, writes beside and renames, so that readers see a whole file and no writer loses what
//! another wrote. A file that cannot be trusted is as good as none, and the caller is told.

mod file;
mod place;

pub use file::Notice;

use super::TuningProfile;
use crate::Device;
use file::Record;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where profiles were measured: they hold nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The device's name.
    pub device: String,
    /// The driver's version as it reports it.
    pub driver: i32,
}

/// The profiles of a device in a file.
#[derive(Debug, Clone)]
pub struct ProfileStore {
    path: PathBuf,
    origin: Origin,
}

/// What was read.
#[derive(Debug, PartialEq)]
pub struct Loaded {
    /// The profiles of this device and driver that are of the kernels as they are compiled now.
    pub profiles: Vec<Arc<TuningProfile>>,
    /// Profiles in the file that are of another device, driver or compiled form.
    pub passed_over: usize,
    /// Why nothing was read, when there was something to read.
    pub notice: Option<Notice>,
}

impl Origin {
    /// This device under its driver; none for the CPU, which launches nothing.
    pub fn of(device: &Device) -> Option<Self> {
        Some(Self { device: device.model()?.into(), driver: device.driver()? })
    }
}

impl ProfileStore {
    /// The store in this file, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>, origin: Origin) -> Self {
        Self { path: path.into(), origin }
    }

    /// The store in the user's cache directory; none when the environment names neither a cache nor a home.
    pub fn of_user(origin: Origin) -> Option<Self> {
        Some(Self::at(place::of_user()?, origin))
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The profiles that hold on this device under this driver and, as `is_current` says, for kernels as they are compiled
    /// now.
    pub fn load(&self, is_current: impl Fn(&TuningProfile) -> bool) -> Loaded {
        let (records, notice) = self.records();
        let all = records.len();
        let holds = |record: &Record| record.origin == self.origin && is_current(&record.profile);
        let profiles: Vec<_> = records.into_iter().filter(holds).map(|record| Arc::new(record.profile)).collect();
        Loaded { passed_over: all - profiles.len(), profiles, notice }
    }

    /// Adds profiles to those in the file, each in the place of an older one of its device, driver, compiled form and
    /// bucket. A file that cannot be trusted is replaced, and the notice says so.
    ///
    /// # Errors
    /// The file cannot be written; the message names it.
    pub fn save(&self, profiles: &[Arc<TuningProfile>]) -> io::Result<Option<Notice>> {
        self.replace(profiles)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", self.path.display())))
    }

    fn replace(&self, profiles: &[Arc<TuningProfile>]) -> io::Result<Option<Notice>> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let lock = File::create(self.path.with_extension("lock"))?;
        lock.lock()?;
        let (mut records, notice) = self.records();
        for profile in profiles {
            file::merge(&mut records, Record { origin: self.origin.clone(), profile: TuningProfile::clone(profile) });
        }
        let beside = self.path.with_extension("part");
        let mut file = File::create(&beside)?;
        file.write_all(file::text(&records)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(beside, &self.path)?;
        Ok(notice)
    }

    fn records(&self) -> (Vec<Record>, Option<Notice>) {
        let read = match fs::read_to_string(&self.path) {
            Ok(text) => file::records(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(file::Fault::Unreadable(error.to_string())),
        };
        match read {
            Ok(records) => (records, None),
            Err(fault) => (Vec::new(), Some(Notice { path: self.path.clone(), fault })),
        }
    }
}

/// The profiles of a device in the text of a file, whatever its driver; none of a text that cannot be trusted.
pub(super) fn profiles_of(device: &str, text: &str) -> Vec<Arc<TuningProfile>> {
    let records = file::records(text).unwrap_or_default().into_iter();
    records.filter(|record| record.origin.device == device).map(|record| Arc::new(record.profile)).collect()
}

#[cfg(test)]
mod tests;
