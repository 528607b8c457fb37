//! How a device is opened.

use crate::memory::MemorySettings;
use crate::tune::Tuning;

/// What a CUDA device is opened with.
#[derive(Default)]
pub struct DeviceSettings {
    /// Where its memory comes from.
    pub memory: MemorySettings,
    /// How its launches choose among the block sizes of a kernel.
    pub tuning: Tuning,
}

/// Memory as the settings say, all else as it is by default.
impl From<MemorySettings> for DeviceSettings {
    fn from(memory: MemorySettings) -> Self {
        Self { memory, ..Self::default() }
    }
}
