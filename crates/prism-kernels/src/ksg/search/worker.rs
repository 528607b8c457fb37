//! Runs a job over the leaves of a tree, in the widest instruction set of the machine, on one thread or on many.

use rayon::prelude::*;

use super::lanes::{Task, Vector};
use super::leaf::Lanes;
use super::scalar::Scalar;

/// Leaves a task takes: enough to hide the cost of a task, few enough to spread.
const GRAIN: usize = 8;

/// What a thread needs while it works, whatever the job.
#[derive(Default)]
pub(super) struct Worker<T> {
    /// Nodes yet to be seen, with their distances.
    pub(super) stack: Vec<(T, u32)>,
    /// The coordinates of the queries, a point after another.
    pub(super) queries: Vec<T>,
    /// The neighbours of a chunk of queries, nearest first.
    pub(super) ranks: Vec<Lanes<T>>,
    /// The neighbours found so far, `[slot][k]`, ascending.
    pub(super) nearest: Vec<T>,
    /// Their samples.
    pub(super) samples: Vec<u32>,
}

/// Work on one leaf of queries; `out` is what belongs to the leaf.
pub(super) trait Job<T>: Sync {
    /// An element of the answer.
    type Out: Send;
    /// Elements a leaf answers with.
    fn width(&self) -> usize;
    /// Must be inlined always, with all it calls, to be compiled for the machine's own instructions.
    fn leaf<V: Vector<T>>(&self, v: V, leaf: usize, worker: &mut Worker<T>, out: &mut [Self::Out]);
}

/// Does the job for every leaf: on the current thread with the given worker, else on the current pool.
pub(super) fn run<T: Scalar, J: Job<T>>(job: &J, out: &mut [J::Out], worker: Option<&mut Worker<T>>) {
    match worker {
        Some(worker) => T::run(Batch { job, first: 0, worker, out }),
        None => {
            out.par_chunks_mut(job.width() * GRAIN).enumerate().for_each_init(
                Worker::default,
                |worker, (task, out)| {
                    T::run(Batch { job, first: task * GRAIN, worker, out });
                },
            );
        }
    }
}

struct Batch<'a, T, J: Job<T>> {
    job: &'a J,
    first: usize,
    worker: &'a mut Worker<T>,
    out: &'a mut [J::Out],
}

impl<T, J: Job<T>> Task<T> for Batch<'_, T, J> {
    #[inline(always)]
    fn run<V: Vector<T>>(self, v: V) {
        for (leaf, out) in self.out.chunks_exact_mut(self.job.width()).enumerate() {
            self.job.leaf(v, self.first + leaf, self.worker, out);
        }
    }
}

/// The places of the set bits.
pub(super) struct Bits(pub(super) u64);

impl Iterator for Bits {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let place = self.0.trailing_zeros();
        if self.0 == 0 {
            return None;
        }
        self.0 &= self.0 - 1;
        Some(place as usize)
    }
}
