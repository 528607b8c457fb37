//! Nanoseconds of a profile lookup, as a launch does it, with many readers at once; beside it the same under a
//! read-write lock.
//!
//! `cargo run --release -p prism-device --example profile_lookup`

use prism_device::occupancy::KernelConfig;
use prism_device::tune::{Bucket, PerformanceTuner, SearchSpace};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::{Barrier, RwLock};
use std::thread;
use std::time::Instant;

const LOOKUPS: usize = 2_000_000;
const KERNELS: usize = 160;
const SIZES: [u64; 4] = [100, 10_000, 1_000_000, 100_000_000];

fn main() -> prism_device::Result<()> {
    let names: Vec<String> = (0..KERNELS).map(|at| format!("transfer_entropy_kernel_{at}")).collect();
    let tuner = PerformanceTuner::new();
    let mut locked: HashMap<(&str, Bucket), (usize, KernelConfig)> = HashMap::new();
    for name in &names {
        for size in SIZES {
            let found =
                tuner.run_tuning_session(name, &SearchSpace::new(size), |config| f64::from(config.block_size))?;
            locked.insert((name, Bucket::of(&[size])), (found.best.candidate, found.best.config));
        }
    }
    let locked = RwLock::new(locked);
    let most = thread::available_parallelism().map_or(1, usize::from);
    for readers in (0..).map(|power| 1 << power).take_while(|&readers| readers <= most) {
        let by_cache = nanoseconds(readers, &names, |name, bucket| tuner.profiles().choice(name, bucket));
        let by_lock = nanoseconds(readers, &names, |name, bucket| locked.read().ok()?.get(&(name, bucket)).copied());
        println!("{readers:2} readers: {by_cache:6.1} ns a lookup; {by_lock:6.1} ns under a lock");
    }
    Ok(())
}

/// The time of one lookup of the slowest reader, the bucket made of a size each time.
fn nanoseconds(
    readers: usize,
    names: &[String],
    lookup: impl Fn(&str, Bucket) -> Option<(usize, KernelConfig)> + Sync,
) -> f64 {
    let (lookup, start) = (&lookup, &Barrier::new(readers));
    let reader = |first: usize| {
        start.wait();
        let begin = Instant::now();
        for at in first..first + LOOKUPS {
            let bucket = Bucket::of(&[black_box(SIZES[at % SIZES.len()])]);
            assert!(lookup(black_box(&names[at % KERNELS]), bucket).is_some());
        }
        begin.elapsed().as_secs_f64() * 1e9 / LOOKUPS as f64
    };
    let reader = &reader;
    thread::scope(|scope| {
        let all: Vec<_> = (0..readers).map(|first| scope.spawn(move || reader(7 * first))).collect();
        all.into_iter().filter_map(|reader| reader.join().ok()).fold(0.0, f64::max)
    })
}
