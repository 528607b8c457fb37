//! When the automatic tuner finds that a profile is due.

use super::*;
use crate::occupancy::KernelConfig;
use crate::tune::{Candidate, Evaluator, Space};

const YOUNG: Duration = Duration::from_secs(1);

struct Steady;

impl Evaluator for Steady {
    fn throughput(&self, _: &Candidate) -> f64 {
        100.0
    }
}

fn profile(kernel: &str) -> Arc<TuningProfile> {
    let config = KernelConfig { block_size: 256, grid_size: 1, shared_memory: 0, registers_per_thread: 0 };
    let space = Space::new(&["block"], vec![Candidate { values: vec![256], config }]).unwrap();
    PerformanceTuner::new().tune(kernel, "abc", &[9], &space, &Steady).unwrap()
}

/// How many of so many launches found their profile due.
fn due(watches: &mut Watches, profile: &TuningProfile, throughput: f64, launches: usize) -> usize {
    (0..launches).filter(|_| watches.is_due(profile, Some(throughput), YOUNG)).count()
}

#[test]
fn a_profile_that_drifted_is_due_until_what_is_seen_is_the_measure() {
    let (mut watches, profile) = (Watches::default(), profile("scale"));
    assert_eq!(due(&mut watches, &profile, 100.0, 1000), 0);
    assert!((1..=2).contains(&due(&mut watches, &profile, 50.0, 200)));
    assert_eq!(due(&mut watches, &profile, 50.0, 1000), 0);
    assert!((1..=2).contains(&due(&mut watches, &profile, 100.0, 200)));
}

#[test]
fn kernels_are_watched_each_by_itself() {
    let (mut watches, slow, fast) = (Watches::default(), profile("slow"), profile("fast"));
    let found: usize = (0..100).map(|_| due(&mut watches, &slow, 50.0, 1) + due(&mut watches, &fast, 100.0, 1)).sum();
    assert_eq!(found, 1);
}

#[test]
fn an_old_profile_is_due_once_whatever_was_seen() {
    let (mut watches, profile) = (Watches::default(), profile("scale"));
    assert!(!watches.is_due(&profile, None, YOUNG));
    let old = |watches: &mut Watches| watches.is_due(&profile, None, WatchRule::default().interval);
    assert_eq!([old(&mut watches), old(&mut watches)], [true, false]);
}

#[test]
fn age_is_in_seconds_since_it_was_tuned_and_none_for_the_future() {
    let profile = profile("scale");
    assert!(age(&profile) < Duration::from_mins(1));
    let old = TuningProfile { tuned_at: profile.tuned_at - 3600, ..(*profile).clone() };
    assert!(age(&old) >= Duration::from_hours(1));
    let future = TuningProfile { tuned_at: profile.tuned_at + 3600, ..(*profile).clone() };
    assert_eq!(age(&future), Duration::ZERO);
}
