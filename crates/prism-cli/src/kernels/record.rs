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

/// The tools of compute-sanitizer under which a kernel must be clean.
pub const SANITIZERS: [&str; 4] = ["memcheck", "racecheck", "initcheck", "synccheck"];

impl Proof {
    fn covers(&self, kernel: &Entry) -> bool {
        let clean = |tool: &str| self.sanitizers.get(tool).is_some_and(|verdict| verdict == "clean");
        self.ptx == kernel.ptx_hash && self.worst <= 1.0 && SANITIZERS.iter().all(|tool| clean(tool))
    }
}

/// Where these kernels are proven, in words.
pub fn proof(kernels: &[&Entry]) -> String {
    proven_on(kernels).map_or("unproven".into(), |device| format!("proven on {device}"))
}

/// A device that proved all of these kernels in their compiled forms.
pub fn proven_on(kernels: &[&Entry]) -> Option<&'static str> {
    let proves = |record: &&Record| kernels.iter().all(|k| record.kernels.get(k.name).is_some_and(|p| p.covers(k)));
    RECORDS.iter().find(proves).map(|record| record.device.as_str())
}
