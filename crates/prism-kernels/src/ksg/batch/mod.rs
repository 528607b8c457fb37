//! Many problems on a CUDA device: every target and source goes up once, every sum comes down once.

mod buffers;
mod marginals;

use self::buffers::{Shape, SourceBuffers, TargetBuffers};
use super::near::{Near, SLACK};
use super::order::Order;
use super::search::{Algorithm, Counts, Spec};
use super::terms::Terms;
use super::{fused_distance_kth, fused_small_te, fused_te_reduction, surrogate_sources};
use prism_device::{Buffer, Device, Real, Result};
use std::ops::Range;

pub use marginals::pair_counts;

/// What all problems of a target share: the condition, the variable, and when its points were observed.
pub struct TargetPoints<T> {
    /// Columns of the condition `[dz][n]`.
    pub z: Vec<Vec<T>>,
    /// Columns of the variable `[dy][n]`.
    pub y: Vec<Vec<T>>,
    /// When each point was observed; ascending.
    pub clock: Vec<i32>,
    /// The points of each trial.
    pub trials: Vec<Range<usize>>,
}

/// How the source points are moved to make a surrogate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Displacement {
    /// 0 not at all, 1 permuted, 2 rotated, within each trial.
    pub method: u32,
    /// Where the randomness comes from.
    pub key: [u32; 4],
}

impl Displacement {
    /// The source as it was observed.
    pub const NONE: Self = Self { method: 0, key: [0; 4] };
}

/// A target with its sources on a device, asked for one problem after another.
pub struct Batch<T: Real> {
    device: Device,
    spec: Spec,
    terms: Terms,
    shape: Shape,
    scale: f32,
    order: Vec<u32>,
    target: TargetBuffers<T>,
    sources: SourceBuffers<T>,
}

/// The sources of some problems in the order of their target.
struct Placed<T: Real> {
    problems: usize,
    which: Buffer<u32>,
    near: Buffer<f32>,
    exact: Buffer<T>,
}

/// What the second sweep found.
struct Counted {
    counts: Buffer<u32>,
    sums: Buffer<i64>,
}

impl<T: Real> Batch<T> {
    /// Orders and uploads a target and its sources `[source][ds][n]`, of which `problems` will be asked.
    ///
    /// # Errors
    /// The device has not enough memory.
    pub fn new(
        device: &Device,
        target: &TargetPoints<T>,
        sources: &[Vec<Vec<T>>],
        problems: usize,
        spec: Spec,
    ) -> Result<Self> {
        let shape = Shape::of(target, sources, problems);
        let columns = || target.z.iter().chain(&target.y);
        let near = Near::over(columns().chain(sources.iter().flatten()))?;
        let near_target: Vec<Vec<f64>> = columns().map(|column| near.column(column)).collect();
        let order = Order::new(&near_target.iter().take(2).map(Vec::as_slice).collect::<Vec<_>>(), shape.strip);
        let terms = Terms::new(shape.n, spec.k, spec.algorithm, shape.dz > 0);
        Ok(Self {
            target: TargetBuffers::upload(device, target, &near_target, &order, &terms)?,
            sources: SourceBuffers::upload(device, &target.trials, sources, &near, &order)?,
            device: device.clone(),
            scale: near.scale(),
            order: order.points,
            spec,
            terms,
            shape,
        })
    }

    /// The most problems that one call should take: enough to fill any GPU, few enough to stop soon and fit its memory.
    pub fn most(&self) -> usize {
        (20_000_000 / (self.shape.n * (self.shape.dt + self.shape.ds)).max(1)).clamp(1, 1 << 16)
    }

    /// Information of every problem, in nats: which source, and how it is displaced. What has no room at once is asked in
    /// halves; no problem's answer depends on the others.
    ///
    /// # Errors
    /// The device fails or has not enough memory for one problem.
    pub fn information(&self, problems: &[(usize, Displacement)]) -> Result<Vec<f64>> {
        let counted = match self.run(problems) {
            Err(error) if error.is_out_of_memory() && problems.len() > 1 => {
                let (first, second) = problems.split_at(problems.len() / 2);
                return Ok([self.information(first)?, self.information(second)?].concat());
            }
            counted => counted?,
        };
        Ok(counted.sums.download()?.into_iter().map(|sum| self.terms.information(sum)).collect())
    }

    /// What every point contributes to the information of an undisplaced source, in nats `[n]`.
    ///
    /// # Errors
    /// The device fails or has not enough memory.
    pub fn local(&self, source: usize) -> Result<Vec<f64>> {
        let counts = self.counts(source)?;
        Ok((0..self.shape.n).map(|i| self.terms.local(counts.xz[i], counts.yz[i], counts.z[i])).collect())
    }

    /// The counts of every point with an undisplaced source, in the order of the points.
    ///
    /// # Errors
    /// The device fails or has not enough memory.
    pub fn counts(&self, source: usize) -> Result<Counts> {
        let placed = self.run(&[(source, Displacement::NONE)])?.counts.download()?;
        let mut rows = placed.chunks(self.shape.n).map(|row| self.in_sample_order(row));
        let mut next = || rows.next().unwrap_or_default();
        Ok(Counts { xz: next(), yz: next(), z: next() })
    }

    /// The radii of every point with an undisplaced source, `[r][n]` in the order of the points: the distance of its `k`-th
    /// neighbour or, under algorithm 2, those of its `k` nearest in each variable.
    ///
    /// # Errors
    /// The device fails or has not enough memory.
    pub fn radii(&self, source: usize, k: usize) -> Result<Vec<Vec<T>>> {
        let radii = self.search(&self.place(&[(source, Displacement::NONE)])?, k)?.download()?;
        Ok(radii.chunks(self.shape.n).map(|row| self.in_sample_order(row)).collect())
    }

    fn in_sample_order<C: Copy>(&self, placed: &[C]) -> Vec<C> {
        let mut values = placed.to_vec();
        self.order.iter().zip(placed).for_each(|(&i, &value)| values[i as usize] = value);
        values
    }

    fn run(&self, problems: &[(usize, Displacement)]) -> Result<Counted> {
        let sources = self.place(problems)?;
        if self.shape.is_small(sources.problems) {
            return self.compare(&sources);
        }
        let radius = self.search(&sources, self.spec.k)?;
        self.count(&sources, &radius)
    }

    /// Puts the sources of the problems in order, displaced.
    fn place(&self, problems: &[(usize, Displacement)]) -> Result<Placed<T>> {
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
        let SourceBuffers { near, exact, order, trial_start, trial_length } = &self.sources;
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
    fn compare(&self, sources: &Placed<T>) -> Result<Counted> {
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
    fn search(&self, sources: &Placed<T>, k: usize) -> Result<Buffer<T>> {
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
    fn count(&self, sources: &Placed<T>, radius: &Buffer<T>) -> Result<Counted> {
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
