//! Processes that tune at once and keep what they find in one file.

use prism_device::tune::{Grid, Origin, PerformanceTuner, ProfileStore, SearchSpace};
use std::env;
use std::path::Path;
use std::process::Command;

const PROCESSES: usize = 4;
const KERNELS: usize = 25;

/// Where a process that this one started keeps its profiles, and which one it is.
const FILE: &str = "PRISM_PROFILES";
const NUMBER: &str = "PRISM_PROCESS";

fn store(path: &Path) -> ProfileStore {
    ProfileStore::at(path, Origin { device: "NVIDIA H200".into(), driver: 13000 })
}

/// One of the processes: nothing by itself.
#[test]
fn a_process_tunes_and_keeps_each_profile() {
    let (Some(path), Ok(number)) = (env::var_os(FILE), env::var(NUMBER)) else { return };
    let tuner = PerformanceTuner::with_algorithm(Grid);
    for kernel in 0..KERNELS {
        let name = format!("kernel_{kernel}_of_{number}");
        tuner.run_tuning_session(&name, &SearchSpace::new(1000), |config| f64::from(config.block_size)).unwrap();
        let found = tuner.profiles().latest(&name).unwrap();
        assert_eq!(store(Path::new(&path)).save(&[found]).unwrap(), None, "each sees a whole file");
    }
}

#[test]
fn processes_at_once_lose_nothing_of_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tuning.jsonl");
    let process = |number: usize| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "a_process_tunes_and_keeps_each_profile"]);
        command.env(FILE, &path).env(NUMBER, number.to_string()).spawn().unwrap()
    };
    let processes: Vec<_> = (0..PROCESSES).map(process).collect();
    assert!(processes.into_iter().all(|mut process| process.wait().unwrap().success()));
    let loaded = store(&path).load(|_| true);
    assert_eq!((loaded.profiles.len(), loaded.notice), (PROCESSES * KERNELS, None));
}
