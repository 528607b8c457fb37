//! The kernels that answer problems: sources put in the order of the target, then two sweeps over its points.

use super::buffers::{Places, Shape, TargetBuffers};
use super::sources::Values;
use super::{Batch, Displacement};
use crate::ksg::near::SLACK;
use crate::ksg::search::Algorithm;
use crate::ksg::{fused_distance_kth, fused_small_te, fused_te_reduction, surrogate_sources};
use prism_device::{Buffer, Real, Result};

/// The sources of some problems in the order of their target.
pub(super) struct Placed<T: Real> {
    pub problems: usize,
    which: Buffer<u32>,
    near: Buffer<f32>,
    exact: Buffer<T>,
}

/// What the second sweep found.
pub(super) struct Counted {
    pub counts: Buffer<u32>,
    pub sums: Buffer<i64>,
}

impl<T: Real> Batch<T> {
    /// Puts the sources of the problems in order, displaced.
    pub(super) fn place(&self, (near, exact): &Values<T>, problems: &[(usize, Displacement)]) -> Result<Placed<T>> {
        let (p, Shape { n, ds, row, .. }) = (problems.len(), self.shape);
        let words = |word: &dyn Fn(&(usize, Displacement)) -> Vec<u32>, shape: &[usize]| {
            self.device.upload(&problems.iter().flat_map(word).collect::<Vec<_>>(), shape)
        };
        let which = words(&|_| vec![0], &[p])?;
        let block = words(&|(source, _)| vec![*source as u32], &[p])?;
        let method = words(&|(_, d)| vec![d.method], &[p])?;
        let key = words(&|(_, d)| d.key.to_vec(), &[p, 4])?;
        let mut near_source = self.device.zeros::<f32>(&[p, ds, row])?;
        let mut source = self.device.zeros::<T>(&[p, ds, n])?;
        let Places { order, trial_start, trial_length } = &self.places;
        let rows = &self.target.rows;
        surrogate_sources(
            near,
            exact,
            order,
            trial_start,
            trial_length,
            rows,
            &which,
            &block,
            &method,
            &key,
            &mut near_source,
            &mut source,
        )?;
        Ok(Placed { problems: p, which, near: near_source, exact: source })
    }

    fn empty_radii(&self, problems: usize) -> Result<Buffer<T>> {
        let r = if self.spec.algorithm == Algorithm::One { 1 } else { 3 };
        self.device.zeros(&[problems, r, self.shape.n])
    }

    fn counted(&self, problems: usize) -> Result<Counted> {
        let counts = self.device.zeros(&[problems, 3, self.shape.n])?;
        Ok(Counted { counts, sums: self.device.zeros(&[problems])? })
    }

    /// Both sweeps at once.
    pub(super) fn compare(&self, sources: &Placed<T>) -> Result<Counted> {
        let TargetBuffers { near, exact, clock, rows, marginal, condition, .. } = &self.target;
        let (mut radius, mut counted) = (self.empty_radii(sources.problems)?, self.counted(sources.problems)?);
        fused_small_te(
            near,
            exact,
            &sources.near,
            &sources.exact,
            clock,
            rows,
            &sources.which,
            marginal,
            condition,
            &mut radius,
            &mut counted.counts,
            &mut counted.sums,
            self.spec.k as u32,
            self.spec.theiler,
            self.shape.dz as u32,
            SLACK,
            self.scale,
        )?;
        Ok(counted)
    }

    /// The first sweep: radii `[p, r, n]` of the `k`-th neighbours.
    pub(super) fn search(&self, sources: &Placed<T>, k: usize) -> Result<Buffer<T>> {
        let TargetBuffers { near, exact, clock, edges, rows, .. } = &self.target;
        let mut radius = self.empty_radii(sources.problems)?;
        fused_distance_kth(
            near,
            exact,
            &sources.near,
            &sources.exact,
            clock,
            rows,
            edges,
            &sources.which,
            &mut radius,
            k as u32,
            self.spec.theiler,
            self.shape.group(sources.problems),
            self.shape.strip as u32,
            self.shape.dz as u32,
            SLACK,
            self.scale,
        )?;
        Ok(radius)
    }

    /// The second sweep.
    pub(super) fn count(&self, sources: &Placed<T>, radius: &Buffer<T>) -> Result<Counted> {
        let TargetBuffers { near, exact, clock, edges, rows, marginal, condition } = &self.target;
        let mut counted = self.counted(sources.problems)?;
        fused_te_reduction(
            near,
            exact,
            &sources.near,
            &sources.exact,
            clock,
            rows,
            edges,
            &sources.which,
            radius,
            marginal,
            condition,
            &mut counted.counts,
            &mut counted.sums,
            self.spec.theiler,
            self.shape.group(sources.problems),
            self.shape.strip as u32,
            self.shape.dz as u32,
            SLACK,
            self.scale,
        )?;
        Ok(counted)
    }
}
