//! Which kernels no GPU has validated as they are compiled now.

use crate::artifacts::committed;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SANITIZERS: [&str; 4] = ["memcheck", "racecheck", "initcheck", "synccheck"];

/// A file of `validation/`, as `prism-ai kernels validate --record` writes it.
#[derive(Deserialize)]
struct Record {
    kernels: BTreeMap<String, Proof>,
}

/// What a device said of one kernel.
#[derive(Deserialize)]
struct Proof {
    ptx: String,
    /// The worst error as a share of its tolerance.
    worst: f64,
    sanitizers: BTreeMap<String, String>,
}

impl Proof {
    fn covers(&self, ptx: &str) -> bool {
        let clean = |tool: &str| self.sanitizers.get(tool).is_some_and(|verdict| verdict == "clean");
        self.ptx == ptx && self.worst <= 1.0 && SANITIZERS.iter().all(|tool| clean(tool))
    }
}

/// Prints how many kernels have no proof, and their names; an error when `deny` and there is one.
pub fn print(root: &Path, deny: bool) -> Result<()> {
    let (kernels, records) = (committed(root)?, records(&root.join("validation"))?);
    let proven = |name: &str, ptx: &str| records.iter().any(|r| r.kernels.get(name).is_some_and(|p| p.covers(ptx)));
    let unproven: Vec<&str> = kernels.iter().filter(|(n, a)| !proven(n, &a.ptx)).map(|(n, _)| n.as_str()).collect();
    println!("{} of {} kernels unproven: {}", unproven.len(), kernels.len(), unproven.join(" "));
    if deny && !unproven.is_empty() {
        bail!("run `just gpu` on a machine with an NVIDIA GPU and commit validation/");
    }
    Ok(())
}

fn records(folder: &Path) -> Result<Vec<Record>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.iter().filter(|path| path.extension().is_some_and(|e| e == "json")).map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Record> {
    let parse = || anyhow::Ok(serde_json::from_str(&fs::read_to_string(path)?)?);
    parse().with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::{Proof, SANITIZERS};

    fn proof(verdict: &str) -> Proof {
        let sanitizers = SANITIZERS.iter().map(|tool| ((*tool).to_owned(), verdict.to_owned())).collect();
        Proof { ptx: "ab".into(), worst: 0.5, sanitizers }
    }

    #[test]
    fn a_proof_is_of_one_compiled_form_within_tolerance_and_clean() {
        assert!(proof("clean").covers("ab"));
        assert!(!proof("clean").covers("cd"));
        assert!(!proof("failed with exit status: 99").covers("ab"));
        assert!(!Proof { worst: 1.5, ..proof("clean") }.covers("ab"));
        assert!(!Proof { sanitizers: [].into(), ..proof("clean") }.covers("ab"));
    }
}
