//! How a device is opened.

use crate::memory::MemorySettings;
use crate::tune::Tuning;
use std::path::PathBuf;

/// What a CUDA device is opened with.
#[derive(Default)]
pub struct DeviceSettings {
    /// Where its memory comes from.
    pub memory: MemorySettings,
    /// How its launches choose among the block sizes of a kernel.
    pub tuning: Tuning,
    /// The file of this user's profiles; none takes the one in the user's cache directory.
    pub profiles: Option<PathBuf>,
}

/// Memory as the settings say, all else as it is by default.
impl From<MemorySettings> for DeviceSettings {
    fn from(memory: MemorySettings) -> Self {
        Self { memory, ..Self::default() }
    }
}
