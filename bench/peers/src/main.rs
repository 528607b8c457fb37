//! Races the neighbour search of prism-kernels against infomeasure: same data, same process, estimates compared.
//!
//! `cargo run --release [-- CASE...]`, for instance `-- TE1-100k`; a case is named by how it begins. Both sides build their trees and sum their digammas
//! inside the measured time; the data are there before. Times are the least of several runs.

mod cases;
mod ours;
mod theirs;

use std::collections::HashMap;
use std::ffi::OsString;
use std::time::Instant;

use cases::Case;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    println!(
        "{:<18}{:>8}{:>12}{:>10}{:>14}{:>10}{:>8}{:>12}",
        "case", "threads", "ours s", "(cpu)", "infomeasure s", "(cpu)", "ratio", "difference"
    );
    for case in cases::all() {
        if wanted.is_empty() || wanted.iter().any(|w| case.name.starts_with(w.as_str())) {
            race(&case);
        }
    }
}

fn race(case: &Case) {
    let data = case.data();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        let ours = pool.install(|| least(case.runs, || ours::estimate(case, &data)));
        let peer_runs = if std::env::var_os("ALONE").is_some() { 0 } else { case.peer_runs };
        let theirs = pool.install(|| least(peer_runs, || theirs::estimate(case, &data)));
        println!(
            "{:<18}{threads:>8}{:>12.5}{:>10.5}{:>14.5}{:>10.5}{:>8.2}{:>12.1e}",
            case.name,
            ours.wall,
            ours.cpu,
            theirs.wall,
            theirs.cpu,
            theirs.wall / ours.wall,
            ours.value - theirs.value
        );
    }
}

struct Run {
    wall: f64,
    cpu: f64,
    value: f64,
}

/// The least times of `runs` calls, in seconds, and the value of the last; no call, no time.
fn least(runs: usize, mut body: impl FnMut() -> f64) -> Run {
    let mut best = Run { wall: f64::NAN, cpu: f64::NAN, value: f64::NAN };
    for _ in 0..runs {
        let (start, cpu) = (Instant::now(), cpu_times());
        best.value = body();
        best.wall = best.wall.min(start.elapsed().as_secs_f64());
        best.cpu = best.cpu.min(cpu_since(&cpu));
    }
    best
}

/// Seconds that each thread of this process has run; on a busy machine steadier than the wall clock.
fn cpu_times() -> HashMap<OsString, f64> {
    let ran = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        Some((task.file_name(), text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9))
    };
    std::fs::read_dir("/proc/self/task")
        .map_or_else(|_| HashMap::new(), |tasks| tasks.flatten().filter_map(ran).collect())
}

fn cpu_since(before: &HashMap<OsString, f64>) -> f64 {
    cpu_times().iter().map(|(task, now)| now - before.get(task).unwrap_or(&0.0)).sum()
}
