//! What a file of profiles goes through.

use super::*;
use crate::occupancy::KernelConfig;
use crate::tune::{Bucket, Measured};
use std::thread;
use tempfile::TempDir;

fn origin() -> Origin {
    Origin { device: "NVIDIA H200".into(), driver: 13000 }
}

fn profile(kernel: &str, tuned_at: u64) -> Arc<TuningProfile> {
    let config = KernelConfig { block_size: 256, grid_size: 40, shared_memory: 0, registers_per_thread: 32 };
    let measured = |candidate, throughput| Measured { candidate, name: "block=256".into(), config, throughput };
    Arc::new(TuningProfile {
        kernel: kernel.into(),
        ptx: "abc".into(),
        sizes: vec![9_000],
        bucket: Bucket::of(&[10_000]),
        space: "0123456789abcdef".into(),
        default: measured(0, 1.5e9),
        best: measured(3, 2.25e9),
        algorithm: "grid".into(),
        candidates: 8,
        tried: 8,
        failed: 1,
        refused: 0,
        seconds: 0.25,
        tuned_at,
        program: "0.1.0".into(),
    })
}

fn store(directory: &TempDir) -> ProfileStore {
    ProfileStore::at(directory.path().join("cache").join("tuning.jsonl"), origin())
}

fn load(store: &ProfileStore) -> Loaded {
    store.load(|profile| profile.ptx == "abc")
}

/// What is read and said after the file's text was changed.
fn after(change: impl Fn(String) -> String) -> (ProfileStore, TempDir, String) {
    let directory = TempDir::new().unwrap();
    let store = store(&directory);
    store.save(&[profile("a", 1), profile("b", 1)]).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    fs::write(store.path(), change(text)).unwrap();
    let loaded = load(&store);
    assert_eq!(loaded.profiles, []);
    let said = loaded.notice.expect("a file that is not used is spoken of").to_string();
    assert!(said.contains(&*store.path().to_string_lossy()), "{said}");
    (store, directory, said)
}

#[test]
fn what_was_saved_is_loaded_and_no_file_is_no_fault() {
    let directory = TempDir::new().unwrap();
    let store = store(&directory);
    assert_eq!(load(&store), Loaded { profiles: vec![], passed_over: 0, notice: None });
    let saved = [profile("a", 1), profile("b", 2)];
    assert_eq!(store.save(&saved).unwrap(), None);
    assert_eq!(load(&store), Loaded { profiles: saved.to_vec(), passed_over: 0, notice: None });
}

#[test]
fn a_later_profile_takes_the_place_of_an_earlier_one_only() {
    let directory = TempDir::new().unwrap();
    let store = store(&directory);
    for tuned_at in [5, 7, 6] {
        store.save(&[profile("a", tuned_at)]).unwrap();
    }
    let times: Vec<u64> = load(&store).profiles.iter().map(|p| p.tuned_at).collect();
    assert_eq!(times, [7]);
    let elsewhere = TuningProfile { bucket: Bucket::of(&[10]), ..TuningProfile::clone(&profile("a", 1)) };
    store.save(&[Arc::new(elsewhere)]).unwrap();
    assert_eq!(load(&store).profiles.len(), 2);
}

#[test]
fn a_profile_of_another_device_driver_or_ptx_is_passed_over_and_kept() {
    let directory = TempDir::new().unwrap();
    let here = store(&directory);
    here.save(&[profile("a", 1)]).unwrap();
    let others = [Origin { device: "NVIDIA A100".into(), ..origin() }, Origin { driver: 12080, ..origin() }];
    for other in others {
        let there = ProfileStore::at(here.path(), other);
        assert_eq!(load(&there), Loaded { profiles: vec![], passed_over: 1, notice: None });
    }
    assert_eq!(here.load(|profile| profile.ptx == "abd").passed_over, 1);
    assert_eq!(here.load(|_| false).passed_over, 1);
    let there = ProfileStore::at(here.path(), Origin { driver: 12080, ..origin() });
    there.save(&[profile("a", 2)]).unwrap();
    assert_eq!(load(&here).profiles, [profile("a", 1)]);
    assert_eq!(load(&there).profiles, [profile("a", 2)]);
}

#[test]
fn a_truncated_file_is_ignored_said_so_and_rebuilt() {
    for share in [0.0, 0.1, 0.5, 0.99] {
        let cut = |text: String| text[..(text.len() as f64 * share) as usize].to_owned();
        let (store, _directory, said) = after(cut);
        assert!(said.contains("does not begin") || said.contains("damaged"), "{said}");
        assert!(store.save(&[profile("c", 3)]).unwrap().is_some());
        assert_eq!(load(&store), Loaded { profiles: vec![profile("c", 3)], passed_over: 0, notice: None });
    }
}

#[test]
fn a_poisoned_file_is_ignored_and_said_so() {
    let (_, _directory, said) = after(|text| text.replace("\"candidate\":3", "\"candidate\":4"));
    assert!(said.ends_with("the file is damaged: its checksum is not that of its content"), "{said}");
}

#[test]
fn a_file_of_another_format_is_ignored_and_said_so() {
    let (_, _directory, said) = after(|text| text.replace("\"format\":2", "\"format\":1"));
    assert!(said.ends_with("the file has format 1, this program reads 2"), "{said}");
}

#[test]
fn a_file_of_something_else_is_ignored_and_said_so() {
    let (_, _directory, said) = after(|_| "block_size = 256\n".into());
    assert!(said.ends_with("the file does not begin as one of profiles"), "{said}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("cache"), "").unwrap();
    let store = store(&directory);
    let said = store.save(&[profile("a", 1)]).unwrap_err().to_string();
    assert!(said.contains("tuning.jsonl: "), "{said}");
}

/// The lock is held by a file description, so that handles of one process shut each other out as processes do.
#[test]
fn many_writers_at_once_lose_nothing() {
    let directory = TempDir::new().unwrap();
    let path = store(&directory).path().to_owned();
    let write = |writer: usize| {
        let store = ProfileStore::at(&path, origin());
        for round in 0..10 {
            assert_eq!(store.save(&[profile(&format!("kernel_{writer}_{round}"), 1)]).unwrap(), None);
            assert_eq!(load(&store).notice, None);
        }
    };
    thread::scope(|scope| (0..8).for_each(|writer| drop(scope.spawn(move || write(writer)))));
    assert_eq!(load(&store(&directory)).profiles.len(), 80);
}
