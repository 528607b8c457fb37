//! What a tuner promises, on launches whose speed is a formula.

use super::*;
use crate::occupancy::KernelConfig;
use crate::tune::{Grid, Origin, ProfileStore, Random, Trial};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// Fastest at blocks of 64 threads and 8 items: 8·1.25 times the default.
fn speed(config: &KernelConfig) -> f64 {
    let items = (1 << 19) / (config.grid_size * config.block_size);
    f64::from(items) * (1.5 - f64::from(config.block_size.ilog2().abs_diff(6)) / 8.0)
}

fn space() -> SearchSpace {
    SearchSpace::new(1 << 19)
}

#[test]
fn the_fastest_launch_wins_and_is_remembered() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    let found = tuner.run_tuning_session("scale", &space(), speed).unwrap();
    assert_eq!((found.best.name.as_str(), found.speedup), ("block=64 items=8 shared=0", 8.0 * 1.5 / 1.25));
    assert_eq!((found.configs_evaluated, found.configs_total, found.configs_failed), (24, 24, 0));
    let profile = tuner.get_profile("scale").unwrap();
    assert_eq!((profile.best.clone(), profile.speedup()), (found.best.clone(), found.speedup));
    let choice = tuner.profiles().choice("scale", Bucket::of(&[500_000]));
    assert_eq!(choice, Some((found.best.candidate, found.best.config)));
    assert_eq!(tuner.profiles().choice("scale", Bucket::of(&[5])), None);
    assert_eq!(tuner.get_profile("other"), None);
}

#[test]
fn what_does_not_run_never_wins_and_is_counted() {
    for fault in [f64::NAN, 0.0, -1e30, f64::INFINITY] {
        let tuner = PerformanceTuner::with_algorithm(Grid);
        let fails = |c: &KernelConfig| if c.block_size == 64 { fault } else { speed(c) };
        let found = tuner.run_tuning_session("scale", &space(), fails).unwrap();
        assert_eq!((found.configs_failed, found.best.config.block_size == 64), (4, false));
    }
}

#[test]
fn a_tie_is_the_defaults_and_so_is_a_gain_within_noise() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    let flat = tuner.run_tuning_session("scale", &space(), |_| 7.0).unwrap();
    assert_eq!((flat.best.candidate, flat.speedup), (0, 1.0));
    let noise = |c: &KernelConfig| if c.block_size == 512 { 7.1 } else { 7.0 };
    let found = tuner.run_tuning_session("scale", &space(), noise).unwrap();
    assert_eq!((found.best.candidate, found.speedup), (0, 1.0));
}

/// A candidate that is fast once: the second measurement finds it out.
#[test]
fn luck_does_not_win() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    let was_lucky = Cell::new(false);
    let lucky = |c: &KernelConfig| if c.block_size == 32 && !was_lucky.replace(true) { 100.0 } else { 7.0 };
    let found = tuner.run_tuning_session("scale", &space(), lucky).unwrap();
    assert_eq!((found.best.candidate, found.best_throughput), (0, 7.0));
}

#[test]
fn a_default_that_does_not_run_is_said() {
    let tuner = PerformanceTuner::new();
    let said = tuner.run_tuning_session("scale", &space(), |_| f64::NAN).unwrap_err().to_string();
    let expected = "scale: tuning compares with the default, block=256 items=1 shared=0, and that does not run";
    assert_eq!(said, format!("unsupported: {expected}"));
    assert_eq!(tuner.get_profile("scale"), None);
}

/// The faster the more items, wrong above two.
struct WrongAboveTwo;

impl Evaluator for WrongAboveTwo {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        f64::from(candidate.values[1])
    }

    fn is_right(&self, candidate: &Candidate) -> bool {
        candidate.values[1] <= 2
    }
}

#[test]
fn a_wrong_answer_never_wins_and_is_counted() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    let found = tuner.tune("scale", "abc", &[9], &space().span().unwrap(), &WrongAboveTwo).unwrap();
    assert_eq!((found.best.throughput, found.refused), (2.0, 12));
    assert!(found.is_of("abc", &space().span().unwrap()) && !found.is_of("abd", &space().span().unwrap()));
    assert!(!found.is_of("abc", &SearchSpace::new(9).span().unwrap()));
}

#[test]
fn a_kernel_tuned_again_is_remembered_as_it_was_last() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    for fastest in [64, 512] {
        let speed = |c: &KernelConfig| if c.block_size == fastest { 2.0 } else { 1.0 };
        tuner.run_tuning_session("scale", &space(), speed).unwrap();
    }
    let blocks: Vec<u32> = tuner.profiles().all().iter().map(|profile| profile.best.config.block_size).collect();
    assert_eq!(blocks, [512]);
}

/// Asks for the same candidate for ever.
struct Stuck;

impl SearchAlgorithm for Stuck {
    fn name(&self) -> &'static str {
        "stuck"
    }

    fn next(&self, _: &Space, _: &[Trial]) -> Option<usize> {
        Some(3)
    }
}

#[test]
fn a_search_that_repeats_itself_is_stopped() {
    let tuner = PerformanceTuner::with_algorithm(Stuck);
    let said = tuner.run_tuning_session("scale", &space(), speed).unwrap_err().to_string();
    assert_eq!(said, "unsupported: the search `stuck` asks for candidate 3; it has been measured");
}

#[test]
fn a_random_search_is_its_seeds_alone_and_measures_none_twice() {
    let order = |seed, trials| {
        let asked = RefCell::new(Vec::new());
        let tuner = PerformanceTuner::with_algorithm(Random { seed, trials });
        tuner
            .run_tuning_session("scale", &space(), |c| {
                asked.borrow_mut().push(*c);
                1.0
            })
            .unwrap();
        asked.into_inner()
    };
    let all = order(1, usize::MAX);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 24);
    assert_eq!(order(1, 10), all[..10]);
    assert_ne!(order(2, usize::MAX), all);
}

#[test]
fn what_one_tuner_found_another_launches() {
    let directory = tempfile::tempdir().unwrap();
    let origin = Origin { device: "NVIDIA H200".into(), driver: 13000 };
    let store = ProfileStore::at(directory.path().join("tuning.jsonl"), origin);
    let bucket = Bucket::of(&[9]);
    let first = PerformanceTuner::with_algorithm(Grid);
    let found = first.tune("scale", "abc", &[9], &space().span().unwrap(), &WrongAboveTwo).unwrap();
    store.save(&first.profiles().all()).unwrap();

    let second = PerformanceTuner::new();
    second.profiles().insert(&store.load(|profile| profile.ptx == "abc").profiles);
    assert_eq!(second.profiles().choice("scale", bucket), Some((found.best.candidate, found.best.config)));
    assert_eq!(second.get_profile("scale"), Some(TuningProfile::clone(&found)));
    second.profiles().remove("scale", bucket);
    assert_eq!(second.profiles().choice("scale", bucket), None);
}

#[test]
fn launches_look_up_while_profiles_come_in() {
    let tuner = PerformanceTuner::with_algorithm(Grid);
    tuner.run_tuning_session("scale", &space(), speed).unwrap();
    let tune = |name: &str| drop(tuner.run_tuning_session(name, &space(), speed).unwrap());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || (0..50).for_each(|at| tune(&format!("kernel_{writer}_{at}"))));
        }
        for _ in 0..10_000 {
            assert!(tuner.profiles().choice("scale", Bucket::of(&[1 << 19])).is_some());
        }
    });
    assert_eq!(tuner.profiles().all().len(), 201);
}
