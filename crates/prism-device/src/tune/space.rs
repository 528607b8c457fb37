//! What a tuner chooses from: the named points of a discrete space, each with the launch it stands for.

use super::KernelConfig;
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
        let points = points(axes.len(), &candidates);
        Ok(Self { axes: axes.iter().map(ToString::to_string).collect(), candidates, points })
    }

    /// The candidates in order.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Where a candidate lies: on each axis the rank of its value among the values there are, from 0 to 1.
    ///
    /// Tiles and block sizes are mostly powers of two, so that ranks are their logarithms.
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
        let points = points(self.axes.len(), &candidates);
        Self { axes: self.axes.clone(), candidates, points }
    }
}

fn points(axes: usize, candidates: &[Candidate]) -> Vec<Vec<f64>> {
    let mut points = vec![vec![0.0; axes]; candidates.len()];
    for axis in 0..axes {
        let mut steps: Vec<u32> = candidates.iter().map(|c| c.values[axis]).collect();
        steps.sort_unstable();
        steps.dedup();
        for (point, candidate) in points.iter_mut().zip(candidates) {
            let rank = steps.partition_point(|&step| step < candidate.values[axis]);
            point[axis] = rank as f64 / (steps.len() - 1).max(1) as f64;
        }
    }
    points
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
        assert_eq!(pruned.point(1), [1.0, 0.0]);
    }
}
