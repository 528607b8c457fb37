//! What devices said of kernels: the files of `validation/`, those of this build within the program.

use prism_device::Entry;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FILES: &[&str] = &[include_str!("../../../../validation/nvidia-h200.json")];

static RECORDS: LazyLock<Vec<Record>> =
    LazyLock::new(|| FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect());

/// What a device said of every kernel.
#[derive(Serialize, Deserialize)]
pub struct Record {
    pub device: String,
    pub driver: String,
    pub kernels: BTreeMap<String, Proof>,
}

/// What a device said of one kernel.
#[derive(Serialize, Deserialize)]
pub struct Proof {
    /// The compiled form that ran.
    pub ptx: String,
    /// The sizes compared.
    pub sizes: BTreeMap<String, Vec<u64>>,
    pub calls: usize,
    /// The worst error as a share of its tolerance.
    pub worst: f64,
    pub sanitizers: BTreeMap<String, String>,
}

impl Proof {
    fn covers(&self, kernel: &Entry) -> bool {
        self.ptx == kernel.ptx_hash() && self.worst <= 1.0 && self.sanitizers.values().all(|verdict| verdict == "clean")
    }
}

/// A device that proved all of these kernels in their compiled forms.
pub fn proven_on(kernels: &[&Entry]) -> Option<&'static str> {
    let proves = |record: &&Record| kernels.iter().all(|k| record.kernels.get(k.name).is_some_and(|p| p.covers(k)));
    RECORDS.iter().find(proves).map(|record| record.device.as_str())
}
