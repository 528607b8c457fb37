//! Profiles that come with the program: a file for each model of device that was measured.

use super::{TuningProfile, store};
use std::sync::Arc;

/// By the device's name, the file that `prism-ai tune --output` wrote there.
pub(super) const FILES: [(&str, &str); 1] = [("NVIDIA H200", include_str!("../../profiles/nvidia-h200.jsonl"))];

/// The profiles of a model. They hold under any driver: what is fastest is the device's doing, and the driver that they were
/// measured under is not the one that most have. A user's own, measured under theirs, go before them.
pub(super) fn of(device: &str) -> Vec<Arc<TuningProfile>> {
    let file = FILES.iter().find(|(name, _)| *name == device);
    file.map(|(_, text)| store::profiles_of(device, text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_whole_and_of_its_device_alone() {
        for (device, text) in FILES {
            let profiles = of(device);
            assert_eq!(profiles.len(), text.lines().count() - 1, "{device}");
            assert!(profiles.iter().all(|profile| profile.speedup() >= 1.0), "{device}");
        }
    }
}
