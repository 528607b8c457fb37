//! Many problems on a CUDA device: every target and source goes up once, every sum comes down once.

use super::near::{Near, SLACK};
use super::order::{Order, strip_length};
use super::search::{Algorithm, Counts, Spec};
use super::terms::Terms;
use super::{fused_distance_kth, fused_te_reduction, surrogate_sources};
use prism_device::{Buffer, Device, Real, Result};
use std::ops::Range;

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

#[derive(Clone, Copy)]
struct Shape {
    n: usize,
    dz: usize,
    dt: usize,
    ds: usize,
    strip: usize,
}

/// The target's columns in order, and the digamma terms of its counts.
struct TargetBuffers<T: Real> {
    near: Buffer<f32>,
    exact: Buffer<T>,
    clock: Buffer<i32>,
    edges: Buffer<f32>,
    rows: Buffer<u32>,
    marginal: Buffer<i64>,
    condition: Buffer<i64>,
}

/// The sources in sample order, and where each sample goes.
struct SourceBuffers<T: Real> {
    near: Buffer<f32>,
    exact: Buffer<T>,
    order: Buffer<u32>,
    trial_start: Buffer<u32>,
    trial_length: Buffer<u32>,
}

impl Shape {
    fn of<T>(target: &TargetPoints<T>, sources: &[Vec<Vec<T>>], problems: usize) -> Self {
        let (n, dz) = (target.clock.len(), target.z.len());
        let dt = dz + target.y.len();
        let strip = if dt > 1 { strip_length(n, n * problems) } else { n.next_multiple_of(32) };
        Self { n, dz, dt, ds: sources.first().map_or(0, Vec::len), strip }
    }
}

impl<T: Real> TargetBuffers<T> {
    fn upload(
        device: &Device,
        target: &TargetPoints<T>,
        near: &[Vec<f64>],
        order: &Order,
        terms: &Terms,
    ) -> Result<Self> {
        let (n, dt) = (target.clock.len(), near.len());
        let place = |i: &u32| *i as usize;
        let places = || order.points.iter().map(place);
        let exact = target.z.iter().chain(&target.y).flat_map(|column| places().map(|i| column[i]));
        let near = near.iter().flat_map(|column| places().map(|i| column[i] as f32));
        let edges: Vec<f32> = order.edges.iter().map(|&x| x as f32).collect();
        Ok(Self {
            near: device.upload(&near.collect::<Vec<_>>(), &[1, dt, n])?,
            exact: device.upload(&exact.collect::<Vec<_>>(), &[1, dt, n])?,
            clock: device.upload(&places().map(|i| target.clock[i]).collect::<Vec<_>>(), &[1, n])?,
            edges: device.upload(&edges, &[1, edges.len()])?,
            rows: device.upload(&[n as u32], &[1])?,
            marginal: device.upload(&terms.marginal, &[n + 1])?,
            condition: device.upload(&terms.condition, &[n + 1])?,
        })
    }
}

impl<T: Real> SourceBuffers<T> {
    fn upload(
        device: &Device,
        trials: &[Range<usize>],
        sources: &[Vec<Vec<T>>],
        near: &Near,
        order: &Order,
    ) -> Result<Self> {
        let n = order.points.len();
        let shape = [sources.len(), sources.first().map_or(0, Vec::len), n];
        let near = sources.iter().flatten().flat_map(|column| near.column(column)).map(|x| x as f32);
        let values = sources.iter().flatten().flatten().copied();
        let of_trial = |pick: fn(&Range<usize>) -> usize| -> Vec<u32> {
            trials.iter().flat_map(|t| std::iter::repeat_n(pick(t) as u32, t.len())).collect()
        };
        Ok(Self {
            near: device.upload(&near.collect::<Vec<_>>(), &shape)?,
            exact: device.upload(&values.collect::<Vec<_>>(), &shape)?,
            order: device.upload(&order.points, &[1, n])?,
            trial_start: device.upload(&of_trial(|t| t.start), &[1, n])?,
            trial_length: device.upload(&of_trial(Range::len), &[1, n])?,
        })
    }
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

    /// Information of every problem, in nats: which source, and how it is displaced.
    ///
    /// # Errors
    /// The device fails or has not enough memory.
    pub fn information(&self, problems: &[(usize, Displacement)]) -> Result<Vec<f64>> {
        let (_, sums) = self.run(problems)?;
        Ok(sums.download()?.into_iter().map(|sum| self.terms.information(sum)).collect())
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
        let (counts, _) = self.run(&[(source, Displacement { method: 0, key: [0; 4] })])?;
        let placed = counts.download()?;
        let mut rows = placed.chunks(self.shape.n).map(|row| {
            let mut counts = vec![0; row.len()];
            self.order.iter().zip(row).for_each(|(&i, &c)| counts[i as usize] = c);
            counts
        });
        let mut next = || rows.next().unwrap_or_default();
        Ok(Counts { xz: next(), yz: next(), z: next() })
    }

    fn run(&self, problems: &[(usize, Displacement)]) -> Result<(Buffer<u32>, Buffer<i64>)> {
        let (p, Shape { n, dz, dt, ds, strip }) = (problems.len(), self.shape);
        let words = |word: &dyn Fn(&(usize, Displacement)) -> Vec<u32>, shape: &[usize]| {
            self.device.upload(&problems.iter().flat_map(word).collect::<Vec<_>>(), shape)
        };
        let which = words(&|_| vec![0], &[p])?;
        let block = words(&|(source, _)| vec![*source as u32], &[p])?;
        let method = words(&|(_, d)| vec![d.method], &[p])?;
        let key = words(&|(_, d)| d.key.to_vec(), &[p, 4])?;
        let (mut near_source, mut source) =
            (self.device.zeros::<f32>(&[p, ds, n])?, self.device.zeros::<T>(&[p, ds, n])?);
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
        let r = if self.spec.algorithm == Algorithm::One { 1 } else { 3 };
        let (k, theiler) = (self.spec.k as u32, self.spec.theiler);
        let (group, strip, dz) = (group(dt, ds, p * n), strip as u32, dz as u32);
        let mut radius = self.device.zeros::<T>(&[p, r, n])?;
        let mut counts = self.device.zeros::<u32>(&[p, 3, n])?;
        let mut sums = self.device.zeros::<i64>(&[p])?;
        let TargetBuffers { near, exact, clock, edges, rows, marginal, condition } = &self.target;
        fused_distance_kth(
            near,
            exact,
            &near_source,
            &source,
            clock,
            rows,
            edges,
            &which,
            &mut radius,
            k,
            theiler,
            group,
            strip,
            dz,
            SLACK,
            self.scale,
        )?;
        fused_te_reduction(
            near,
            exact,
            &near_source,
            &source,
            clock,
            rows,
            edges,
            &which,
            &radius,
            marginal,
            condition,
            &mut counts,
            &mut sums,
            theiler,
            group,
            strip,
            dz,
            SLACK,
            self.scale,
        )?;
        Ok((counts, sums))
    }
}

/// Queries a warp answers together: many when there are enough to fill the device that way.
fn group(dt: usize, ds: usize, points: usize) -> u32 {
    match (dt + ds, points) {
        (_, ..40_000) => 1,
        (..=5, _) => 8,
        _ => 4,
    }
}
