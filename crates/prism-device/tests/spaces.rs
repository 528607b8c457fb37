//! Searches over recorded spaces: what an H200 measured for every candidate of six kernels, by `bench/spaces.cu`.

use prism_device::tune::{
    Bucket, Candidate, Evaluator, Grid, Guided, KernelConfig, PerformanceTuner, Random, SearchAlgorithm, Space,
};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::HashMap;

/// Seeds of every search.
const SEEDS: u64 = 40;

/// What was measured for every candidate of a kernel at one size.
struct Recorded {
    name: String,
    space: Space,
    throughput: HashMap<Vec<u32>, f64>,
}

impl Evaluator for Recorded {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        self.throughput[&candidate.values]
    }
}

impl Recorded {
    fn read(head: &str, rows: &[&str]) -> Self {
        let head: Value = serde_json::from_str(head).unwrap();
        let axes: Vec<&str> = head["axes"].as_array().unwrap().iter().map(|axis| axis.as_str().unwrap()).collect();
        let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        let candidates: Vec<Candidate> = rows.iter().map(|row| candidate(row, axes.len())).collect();
        let speeds = rows.iter().map(|row| row[axes.len() + 4].unwrap_or(f64::NAN));
        let throughput = candidates.iter().map(|c| c.values.clone()).zip(speeds).collect();
        let name = format!("{} {}", head["kernel"].as_str().unwrap(), head["sizes"]);
        Self { name, space: Space::new(&axes, candidates).unwrap(), throughput }
    }

    fn best(&self) -> f64 {
        self.throughput.values().copied().fold(0.0, f64::max)
    }

    /// The share of the best that a search finds, and the share of the candidates that it measures.
    fn found(&self, algorithm: impl SearchAlgorithm + 'static) -> (f64, f64) {
        let tuner = PerformanceTuner::with_algorithm(algorithm);
        let profile = tuner.tune(&self.name, "", Bucket::of(&[]), &self.space, self).unwrap();
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

/// The worst and the mean share of the best, over seeds.
fn shares(space: &Recorded, algorithm: impl Fn(u64) -> Guided + Sync) -> (f64, f64) {
    let shares: Vec<f64> = (0..SEEDS).into_par_iter().map(|seed| space.found(algorithm(seed)).0).collect();
    (shares.iter().copied().fold(1.0, f64::min), shares.iter().sum::<f64>() / SEEDS as f64)
}

#[test]
fn guided_finds_the_best_in_a_quarter_of_the_candidates() {
    for space in recorded() {
        let (worst, mean) = shares(&space, |seed| Guided { seed, ..Guided::default() });
        println!("{:24} n {:4} worst {worst:.4} mean {mean:.4}", space.name, space.space.candidates().len());
    }
}
