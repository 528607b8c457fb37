//! Many problems on a CUDA device: every target and source goes up once, every sum comes down once. Sources that have no room
//! together go up for the problems that ask for them.

mod buffers;
mod marginals;
mod sources;
mod sweeps;

use self::buffers::{Places, Shape, TargetBuffers};
use self::sources::{Sources, Values};
use self::sweeps::Counted;
use super::near::Near;
use super::order::Order;
use super::search::{Counts, Spec};
use super::terms::Terms;
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
    places: Places,
    sources: Sources<T>,
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
            places: Places::upload(device, &target.trials, &order)?,
            sources: Sources::of(device, sources, &near)?,
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
        let sums = match &self.sources {
            Sources::There(values) => {
                let sums = self.sums(values, problems)?;
                sums.iter().map(Buffer::download).collect::<Result<Vec<_>>>()?.concat()
            }
            Sources::Away(away) => away.sums(problems, |values, problems| self.sums(values, problems))?,
        };
        Ok(sums.into_iter().map(|sum| self.terms.information(sum)).collect())
    }

    fn sums(&self, values: &Values<T>, problems: &[(usize, Displacement)]) -> Result<Vec<Buffer<i64>>> {
        match self.run(values, problems) {
            Err(error) if error.is_out_of_memory() && problems.len() > 1 => {
                let (first, second) = problems.split_at(problems.len() / 2);
                let mut sums = self.sums(values, first)?;
                sums.extend(self.sums(values, second)?);
                Ok(sums)
            }
            counted => Ok(vec![counted?.sums]),
        }
    }

    /// Does something with an undisplaced source alone.
    fn alone<R>(
        &self,
        source: usize,
        work: impl FnOnce(&Values<T>, &[(usize, Displacement)]) -> Result<R>,
    ) -> Result<R> {
        match &self.sources {
            Sources::There(values) => work(values, &[(source, Displacement::NONE)]),
            Sources::Away(away) => work(&away.alone(&self.device, source)?, &[(0, Displacement::NONE)]),
        }
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
        let placed = self.alone(source, |values, problem| self.run(values, problem)?.counts.download())?;
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
        let search = |values: &Values<T>, problem: &[_]| self.search(&self.place(values, problem)?, k)?.download();
        let radii = self.alone(source, search)?;
        Ok(radii.chunks(self.shape.n).map(|row| self.in_sample_order(row)).collect())
    }

    fn in_sample_order<C: Copy>(&self, placed: &[C]) -> Vec<C> {
        let mut values = placed.to_vec();
        self.order.iter().zip(placed).for_each(|(&i, &value)| values[i as usize] = value);
        values
    }

    fn run(&self, values: &Values<T>, problems: &[(usize, Displacement)]) -> Result<Counted> {
        let sources = self.place(values, problems)?;
        if self.shape.is_small(sources.problems) {
            return self.compare(&sources);
        }
        let radius = self.search(&sources, self.spec.k)?;
        self.count(&sources, &radius)
    }
}
