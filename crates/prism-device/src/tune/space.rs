//! What a tuner chooses from: the named points of a discrete space, each with the launch it stands for.

use crate::occupancy::KernelConfig;
use crate::{ErrorKind, Result};
use std::collections::HashSet;

/// One way to run a kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its value on every axis: a block size, a tile, a vector width, the number of an algorithm.
    pub values: Vec<u32>,
    /// The launch it stands for.
    pub config: KernelConfig,
}

/// The candidates of a kernel in order; the first is the default.
///
/// A launch knows a candidate by its index. Its values say where it lies among the others.
#[derive(Debug, Clone)]
pub struct Space {
    axes: Vec<String>,
    candidates: Vec<Candidate>,
    points: Vec<Vec<f64>>,
}

impl Space {
    /// The space of these candidates under the names of its axes.
    ///
    /// # Errors
    /// `Parameter` when there is no candidate, one has not a value on every axis, or two have the same values.
    pub fn new(axes: &[&str], candidates: Vec<Candidate>) -> Result<Self> {
        if candidates.is_empty() {
            return Err(refused("at least one, the default".into(), "none".into()));
        }
        if let Some(at) = candidates.iter().position(|c| c.values.len() != axes.len()) {
            let expected = format!("one value on each of the axes {}", axes.join(", "));
            return Err(refused(expected, format!("{:?} at {at}", candidates[at].values)));
        }
        let mut seen = HashSet::new();
        if let Some(at) = candidates.iter().position(|c| !seen.insert(&c.values)) {
            return Err(refused(
                "different from each other".into(),
                format!("{:?} again at {at}", candidates[at].values),
            ));
        }
        let points = points(&candidates);
        Ok(Self { axes: axes.iter().map(ToString::to_string).collect(), candidates, points })
    }

    /// The candidates in order.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Where a candidate lies: its values, threads, blocks and shared memory, each as a rank from 0 to 1 among those
    /// there are.
    ///
    /// Tiles and block sizes are mostly powers of two, so that ranks are their logarithms. The launch is there because
    /// tiles act through it: without it no point tells that two tilings have as many threads.
    pub fn point(&self, candidate: usize) -> &[f64] {
        &self.points[candidate]
    }

    /// A candidate in words, for instance `block=256 items=4`.
    pub fn name(&self, candidate: usize) -> String {
        let named = self.axes.iter().zip(&self.candidates[candidate].values);
        named.map(|(axis, value)| format!("{axis}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// The hash of all candidates: another list, order or launch has another one.
    pub fn checksum(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.axes.join(" ").as_bytes());
        for Candidate { values, config } in &self.candidates {
            let KernelConfig { block_size, grid_size, shared_memory, registers_per_thread } = *config;
            for word in values.iter().chain(&[block_size, grid_size, shared_memory, registers_per_thread]) {
                hasher.update(&word.to_le_bytes());
            }
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// The space without the candidates that `keeps` refuses; the default stays.
    #[must_use]
    pub fn pruned(&self, keeps: impl Fn(&Candidate) -> bool) -> Self {
        let kept = self.candidates.iter().enumerate().filter(|(at, c)| *at == 0 || keeps(c));
        let candidates: Vec<_> = kept.map(|(_, c)| c.clone()).collect();
        let points = points(&candidates);
        Self { axes: self.axes.clone(), candidates, points }
    }
}

/// Ranks of the values and the launch; what is the same for all candidates, or says no more than another, is left out.
fn points(candidates: &[Candidate]) -> Vec<Vec<f64>> {
    let numbers: Vec<Vec<u32>> = candidates.iter().map(numbers).collect();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for at in 0..numbers[0].len() {
        let column = ranks(&numbers.iter().map(|numbers| numbers[at]).collect::<Vec<_>>());
        if column.contains(&1.0) && !columns.contains(&column) {
            columns.push(column);
        }
    }
    (0..candidates.len()).map(|at| columns.iter().map(|column| column[at]).collect()).collect()
}

fn numbers(candidate: &Candidate) -> Vec<u32> {
    let KernelConfig { block_size, grid_size, shared_memory, .. } = candidate.config;
    [&candidate.values[..], &[block_size, grid_size, shared_memory]].concat()
}

/// The rank of each value among those there are, from 0 to 1.
fn ranks(values: &[u32]) -> Vec<f64> {
    let mut steps = values.to_vec();
    steps.sort_unstable();
    steps.dedup();
    let most = (steps.len() - 1).max(1) as f64;
    values.iter().map(|value| steps.partition_point(|step| step < value) as f64 / most).collect()
}

fn refused(expected: String, got: String) -> crate::Error {
    ErrorKind::Parameter { operation: "Space::new", parameter: "candidates", expected, got }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(values: &[u32]) -> Candidate {
        let config = KernelConfig { block_size: values[0], grid_size: 1, shared_memory: 0, registers_per_thread: 0 };
        Candidate { values: values.to_vec(), config }
    }

    fn space(list: &[&[u32]]) -> Result<Space> {
        Space::new(&["block", "items"], list.iter().map(|values| candidate(values)).collect())
    }

    #[test]
    fn a_candidate_is_named_and_lies_at_its_ranks() {
        let space = space(&[&[256, 1], &[64, 8], &[128, 4], &[64, 1]]).unwrap();
        assert_eq!(space.name(1), "block=64 items=8");
        assert_eq!(space.point(0), [1.0, 0.0]);
        assert_eq!(space.point(2), [0.5, 0.5]);
    }

    #[test]
    fn launches_have_their_place_in_a_point_unless_an_axis_says_the_same() {
        let tiled = |tile: u32, items: u32| {
            let config = KernelConfig { block_size: tile / items, ..candidate(&[tile]).config };
            Candidate { values: vec![tile, items], config }
        };
        let space = Space::new(&["tile", "items"], vec![tiled(64, 1), tiled(128, 2), tiled(128, 1)]).unwrap();
        let points: Vec<_> = (0..3).map(|at| space.point(at).to_vec()).collect();
        assert_eq!(points, [[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]);
    }

    #[test]
    fn a_space_of_nothing_of_too_few_values_or_of_twins_is_refused() {
        let said = |list: &[&[u32]]| space(list).unwrap_err().to_string();
        assert_eq!(said(&[]), "Space::new: `candidates` must be at least one, the default, got none");
        assert!(said(&[&[1, 2], &[3]]).ends_with("one value on each of the axes block, items, got [3] at 1"));
        assert!(said(&[&[1, 2], &[3, 4], &[1, 2]]).ends_with("different from each other, got [1, 2] again at 2"));
    }

    #[test]
    fn the_checksum_knows_order_values_and_launches() {
        let one = space(&[&[64, 1], &[128, 1]]).unwrap();
        let mut other_launch = one.candidates.clone();
        other_launch[1].config.shared_memory = 4;
        let others = [
            space(&[&[128, 1], &[64, 1]]).unwrap(),
            space(&[&[64, 1], &[128, 2]]).unwrap(),
            Space::new(&["block", "items"], other_launch).unwrap(),
            one.pruned(|_| false),
        ];
        assert_eq!(one.checksum(), space(&[&[64, 1], &[128, 1]]).unwrap().checksum());
        assert!(others.iter().all(|other| other.checksum() != one.checksum()));
    }

    #[test]
    fn pruning_leaves_the_default() {
        let pruned = space(&[&[64, 1], &[128, 1], &[256, 1]]).unwrap().pruned(|c| c.config.block_size > 128);
        assert_eq!(pruned.candidates().iter().map(|c| c.values[0]).collect::<Vec<_>>(), [64, 256]);
        assert_eq!(pruned.point(1), [1.0]);
    }
}
