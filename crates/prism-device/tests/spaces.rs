//! Searches over recorded spaces: what an H200 measured for every candidate of six kernels, by `bench/spaces.cu`.

use prism_device::occupancy::KernelConfig;
use prism_device::philox::Philox;
use prism_device::tune::{Candidate, Evaluator, Grid, Guided, PerformanceTuner, Random, SearchAlgorithm, Space};
use rayon::prelude::*;
use serde_json::Value;
use std::cell::Cell;
use std::collections::HashMap;

/// Seeds of every search.
const SEEDS: u64 = 24;

/// The distance of a normal distribution's quartiles in its standard deviations.
const NORMAL_QUARTILES: f64 = 1.349;

/// What was measured for every candidate of a kernel at one size.
struct Recorded {
    name: String,
    space: Space,
    /// Operations a second, and the quartile distance of its runs as a share of it.
    throughput: HashMap<Vec<u32>, (f64, f64)>,
}

/// As if measured once: the recorded median with the noise of one run.
struct Noisy<'a> {
    recorded: &'a Recorded,
    lots: Philox,
    measured: Cell<u64>,
}

impl Evaluator for Noisy<'_> {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        let (median, quartiles) = self.recorded.throughput[&candidate.values];
        let lot = self.lots.normal(self.measured.replace(self.measured.get() + 1));
        median * (1.0 + quartiles / NORMAL_QUARTILES * lot)
    }
}

impl Evaluator for Recorded {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        self.throughput[&candidate.values].0
    }
}

impl Recorded {
    fn read(head: &str, rows: &[&str]) -> Self {
        let head: Value = serde_json::from_str(head).unwrap();
        let axes: Vec<&str> = head["axes"].as_array().unwrap().iter().map(|axis| axis.as_str().unwrap()).collect();
        let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        let candidates: Vec<Candidate> = rows.iter().map(|row| candidate(row, axes.len())).collect();
        let number = |row: &[Option<f64>], at: usize| row[axes.len() + at].unwrap_or(f64::NAN);
        let speeds = rows.iter().map(|row| (number(row, 4), number(row, 5)));
        let throughput = candidates.iter().map(|c| c.values.clone()).zip(speeds).collect();
        let name = format!("{} {}", head["kernel"].as_str().unwrap(), head["sizes"]);
        Self { name, space: Space::new(&axes, candidates).unwrap(), throughput }
    }

    fn best(&self) -> f64 {
        self.throughput.values().map(|(throughput, _)| *throughput).fold(0.0, f64::max)
    }

    /// The share of the best that a search finds, and the share of the candidates that it measures.
    fn found(&self, algorithm: impl SearchAlgorithm + 'static) -> (f64, f64) {
        let tuner = PerformanceTuner::with_algorithm(algorithm);
        let profile = tuner.tune(&self.name, "", &[], &self.space, self).unwrap();
        (profile.best.throughput / self.best(), profile.tried as f64 / profile.candidates as f64)
    }
}

fn candidate(row: &[Option<f64>], axes: usize) -> Candidate {
    let whole: Vec<u32> = row[..axes + 4].iter().map(|number| number.unwrap() as u32).collect();
    let [block_size, grid_size, shared_memory, registers_per_thread] = whole[axes..] else { unreachable!() };
    let config = KernelConfig { block_size, grid_size, shared_memory, registers_per_thread };
    Candidate { values: whole[..axes].to_vec(), config }
}

fn recorded() -> Vec<Recorded> {
    let lines: Vec<&str> = include_str!("spaces/h200.jsonl").lines().collect();
    let groups = lines.chunk_by(|_, line| line.starts_with('['));
    groups.map(|group| Recorded::read(group[0], &group[1..])).collect()
}

/// What the seeds of a search find of the best, the share of them that find 98 % of it, and the most that one measures.
struct Found {
    worst: f64,
    mean: f64,
    enough: f64,
    measured: f64,
}

fn found<A: SearchAlgorithm + 'static>(space: &Recorded, algorithm: impl Fn(u64) -> A + Sync) -> Found {
    let found: Vec<(f64, f64)> = (0..SEEDS).into_par_iter().map(|seed| space.found(algorithm(seed))).collect();
    let shares = || found.iter().map(|(share, _)| *share);
    Found {
        worst: shares().fold(1.0, f64::min),
        mean: shares().sum::<f64>() / SEEDS as f64,
        enough: shares().filter(|share| *share >= 0.98).count() as f64 / SEEDS as f64,
        measured: found.iter().map(|(_, measured)| *measured).fold(0.0, f64::max),
    }
}

#[test]
fn the_grid_finds_the_best_of_every_space() {
    let spaces = recorded();
    assert_eq!(spaces.len(), 12);
    for space in spaces {
        assert_eq!(space.found(Grid), (1.0, 1.0), "{}", space.name);
    }
}

/// Where one or two candidates have 98 % and none is near them, a seed in twenty misses them; the mean is what is promised.
#[test]
fn guided_finds_98_percent_of_the_best_in_a_quarter_of_the_candidates() {
    for space in recorded() {
        let guided = found(&space, |seed| Guided { seed, ..Guided::default() });
        let Found { worst, mean, enough, measured } = guided;
        println!("{:24} worst {worst:.4}, mean {mean:.4}, {:.0} % of seeds", space.name, 100.0 * enough);
        assert!(measured <= 0.25, "{}: {measured}", space.name);
        let trials = space.space.candidates().len() / 4;
        let random = found(&space, |seed| Random { seed, trials });
        assert!(mean >= random.mean, "{}: {mean}, and {} by lot", space.name, random.mean);
        assert!(mean >= 0.98 && enough >= 0.8, "{}: mean {mean}, {enough} of the seeds", space.name);
    }
}

/// With as much noise as there was, what wins is in truth no slower than the default by more than a hundredth.
#[test]
fn noise_makes_nothing_slower_than_the_default() {
    for space in recorded() {
        for seed in 0..10 * SEEDS {
            let noisy = Noisy { recorded: &space, lots: Philox::new(seed, 1), measured: Cell::new(0) };
            let tuner = PerformanceTuner::with_algorithm(Random { seed, trials: 40 });
            let profile = tuner.tune(&space.name, "", &[], &space.space, &noisy).unwrap();
            let truth = |candidate: usize| space.throughput(&space.space.candidates()[candidate]);
            let share = truth(profile.best.candidate) / truth(0);
            assert!(share >= 0.99, "{} seed {seed}: {share}", space.name);
        }
    }
}
