//! Races the neighbour search of prism-kernels against infomeasure: same data, same process, estimates compared.
//!
//! `cargo run --release [-- CASE...]`, for instance `-- TE1-100k`. Both sides build their trees and sum their digammas
//! inside the measured time; the data are there before. Times are the least of several runs.

mod cases;
mod ours;
mod theirs;

use std::time::Instant;

use cases::{Case, Data};

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    println!("{:<22}{:>9}{:>9}{:>12}{:>14}{:>8}{:>13}", "case", "n", "threads", "ours s", "infomeasure s", "ratio", "difference");
    for case in cases::all() {
        if wanted.is_empty() || wanted.iter().any(|w| case.name.contains(w)) {
            race(&case);
        }
    }
}

fn race(case: &Case) {
    let data = case.data();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        let (ours, a) = pool.install(|| least(case.runs, || ours::estimate(case, &data)));
        let (theirs, b) = pool.install(|| least(case.peer_runs, || theirs::estimate(case, &data)));
        let ratio = theirs / ours;
        println!("{:<22}{:>9}{threads:>9}{ours:>12.5}{theirs:>14.5}{ratio:>8.2}{:>13.1e}", case.name, data.n(), a - b);
    }
}

/// The least time of `runs` calls, and the value of the last; no call, no time.
fn least(runs: usize, mut body: impl FnMut() -> f64) -> (f64, f64) {
    let mut best = (f64::NAN, f64::NAN);
    for _ in 0..runs {
        let start = Instant::now();
        let value = body();
        best = (best.0.min(start.elapsed().as_secs_f64()), value);
    }
    best
}

impl Data {
    fn n(&self) -> usize {
        self.x[0].len()
    }
}
