//! Which profiles the launches of a device go by.

use super::*;
use crate::occupancy::KernelConfig;
use crate::tune::{Candidate, Evaluator, PerformanceTuner, Space};
use std::fs;
use tempfile::TempDir;

/// Blocks of 64 threads are the fastest.
struct Narrow;

impl Evaluator for Narrow {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        if candidate.config.block_size == 64 { 2.0 } else { 1.0 }
    }
}

fn profile(ptx: &str) -> Arc<TuningProfile> {
    let candidate = |block_size| {
        let config = KernelConfig { block_size, grid_size: 1, shared_memory: 0, registers_per_thread: 0 };
        Candidate { values: vec![block_size], config }
    };
    let space = Space::new(&["block"], vec![candidate(256), candidate(64)]).unwrap();
    PerformanceTuner::new().tune("scale_f32", ptx, &[5000], &space, &Narrow).unwrap()
}

fn origin() -> Origin {
    Origin { device: "a device of no shipped profile".into(), driver: 13000 }
}

fn device(mode: Tuning, directory: &TempDir) -> DeviceProfiles {
    DeviceProfiles::of(mode, origin(), Some(store(directory).path().into()))
}

fn store(directory: &TempDir) -> ProfileStore {
    ProfileStore::at(directory.path().join("tuning.jsonl"), origin())
}

#[test]
fn a_launch_goes_by_the_profile_of_the_compiled_form_that_was_loaded() {
    let directory = TempDir::new().unwrap();
    store(&directory).save(&[profile("abc")]).unwrap();
    let device = device(Tuning::Profiles, &directory);
    assert_eq!(device.block("scale_f32", &[5000]), None, "no kernel was loaded yet");
    device.adopt("scale_f32", "abd");
    device.adopt("scale_f64", "abc");
    assert_eq!(device.block("scale_f32", &[5000]), None, "another compiled form, another kernel");
    device.adopt("scale_f32", "abc");
    assert_eq!(device.block("scale_f32", &[2000]), Some(64));
    assert_eq!(device.block("scale_f32", &[50]), None, "another bucket");
}

#[test]
fn off_knows_of_no_profile() {
    let directory = TempDir::new().unwrap();
    store(&directory).save(&[profile("abc")]).unwrap();
    let device = device(Tuning::Off, &directory);
    device.adopt("scale_f32", "abc");
    assert_eq!(device.block("scale_f32", &[5000]), None);
}

#[test]
fn a_damaged_store_is_as_none_and_is_written_anew() {
    let directory = TempDir::new().unwrap();
    store(&directory).save(&[profile("abc")]).unwrap();
    let path = directory.path().join("tuning.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("scale_f32", "scale_f64")).unwrap();
    let device = device(Tuning::Automatic, &directory);
    device.adopt("scale_f64", "abc");
    assert_eq!(device.block("scale_f64", &[5000]), None);
    device.keep(&profile("abc"));
    assert_eq!(device.block("scale_f32", &[5000]), Some(64));
    assert_eq!(store(&directory).load(|_| true).profiles, [device.profile("scale_f32", &[5000]).unwrap()]);
}
