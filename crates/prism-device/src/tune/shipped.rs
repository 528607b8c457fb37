//! Profiles that come with the program: a file for each model of device that was measured.

use super::{TuningProfile, store};
use std::sync::Arc;

const FILES: &[&str] = &[];

/// The profiles of a model. They hold under any driver: what is fastest is the device's doing, and the driver that they were
/// measured under is not the one that most have. A user's own, measured under theirs, go before them.
pub(super) fn of(device: &str) -> Vec<Arc<TuningProfile>> {
    FILES.iter().flat_map(|text| store::profiles_of(device, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_whole_and_of_one_device() {
        for text in FILES {
            let device = text.lines().nth(1).and_then(|line| line.split('"').nth(3)).unwrap_or_default();
            assert_eq!(store::profiles_of(device, text).len(), text.lines().count() - 1, "{device}");
        }
    }
}
