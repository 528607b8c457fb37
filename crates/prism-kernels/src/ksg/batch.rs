//! Many problems on a CUDA device: every target and source goes up once, every sum comes down once.

use super::order::{Order, strip_length};
use super::search::{Algorithm, Counts, Spec};
use super::terms::Terms;
use super::{fused_distance_kth, fused_te_reduction, surrogate_sources};
use prism_device::{Buffer, Device, Dtype, Real, Result};
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
    near: f32,
    order: Vec<u32>,
    target: Buffers<T>,
    blocks: [Buffer<u32>; 4],
    near_values: Buffer<f32>,
    values: Buffer<T>,
}

#[derive(Clone, Copy)]
struct Shape {
    n: usize,
    dz: usize,
    dt: usize,
    ds: usize,
    strip: usize,
}

struct Buffers<T: Real> {
    near: Buffer<f32>,
    exact: Buffer<T>,
    clock: Buffer<i32>,
    edges: Buffer<f32>,
    marginal: Buffer<i64>,
    condition: Buffer<i64>,
}

/// Maps doubles into [−1, 1] by a shift for each column and one power of two for all, so that `f32` resolves them best;
/// floats are their own near copies.
struct Near {
    scale: f64,
}

impl Near {
    fn over<'a, T: Real>(columns: impl Iterator<Item = &'a Vec<T>>) -> Self {
        if T::DTYPE == Dtype::F32 {
            return Self { scale: 1.0 };
        }
        let spread = columns.map(|c| half_range(c).1).fold(f64::MIN_POSITIVE, f64::max);
        Self { scale: 2f64.powi(-(spread.log2().ceil() as i32)).clamp(2f64.powi(-120), 2f64.powi(120)) }
    }

    fn column<T: Real>(&self, column: &[T]) -> Vec<f64> {
        let centre = if T::DTYPE == Dtype::F32 { 0.0 } else { half_range(column).0 };
        column.iter().map(|&x| (x.into() - centre) * self.scale).collect()
    }
}

/// The middle of a column and how far its values lie from it.
fn half_range<T: Real>(column: &[T]) -> (f64, f64) {
    let values = column.iter().map(|&x| x.into());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x: f64| (l.min(x), h.max(x)));
    (low / 2.0 + high / 2.0, (high / 2.0 - low / 2.0).max(0.0))
}

/// What a distance between near copies may be off, in their units: twice the rounding of both values and of their
/// difference, which are at most 2⁻²⁵, 2⁻²⁵ and 2⁻²⁴.
const SLACK: f32 = 1.0 / 4_194_304.0;

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
        let n = target.clock.len();
        let columns: Vec<&Vec<T>> = target.z.iter().chain(&target.y).collect();
        let shape = Shape {
            n,
            dz: target.z.len(),
            dt: columns.len(),
            ds: sources.first().map_or(0, Vec::len),
            strip: if columns.len() > 1 { strip_length(n, n * problems) } else { n.next_multiple_of(32) },
        };
        let near = Near::over(columns.iter().copied().chain(sources.iter().flatten()));
        let near_target: Vec<Vec<f64>> = columns.iter().map(|c| near.column(c)).collect();
        let order = Order::new(&near_target.iter().take(2).map(Vec::as_slice).collect::<Vec<_>>(), shape.strip);
        let terms = Terms::new(n, spec.k, spec.algorithm, shape.dz > 0);
        let place = |column: &[f64]| order.points.iter().map(|&i| column[i as usize] as f32).collect::<Vec<f32>>();
        let exact: Vec<T> = columns.iter().flat_map(|c| order.points.iter().map(|&i| c[i as usize])).collect();
        let clock: Vec<i32> = order.points.iter().map(|&i| target.clock[i as usize]).collect();
        let edges: Vec<f32> = order.edges.iter().map(|&x| x as f32).collect();
        let near_values = sources.iter().flatten().flat_map(|c| near.column(c)).map(|x| x as f32).collect::<Vec<f32>>();
        let up = |words: &[u32], shape: &[usize]| device.upload(words, shape);
        let of_trial = |pick: fn(&Range<usize>) -> usize| -> Vec<u32> {
            target.trials.iter().flat_map(|t| std::iter::repeat_n(pick(t) as u32, t.len())).collect()
        };
        Ok(Self {
            target: Buffers {
                near: device
                    .upload(&near_target.iter().flat_map(|c| place(c)).collect::<Vec<_>>(), &[1, shape.dt, n])?,
                exact: device.upload(&exact, &[1, shape.dt, n])?,
                clock: device.upload(&clock, &[1, n])?,
                edges: device.upload(&edges, &[1, edges.len()])?,
                marginal: device.upload(&terms.marginal, &[n + 1])?,
                condition: device.upload(&terms.condition, &[n + 1])?,
            },
            blocks: [
                up(&order.points, &[1, n])?,
                up(&of_trial(|t| t.start), &[1, n])?,
                up(&of_trial(Range::len), &[1, n])?,
                up(&[n as u32], &[1])?,
            ],
            near_values: device.upload(&near_values, &[sources.len(), shape.ds, n])?,
            values: device.upload(
                &sources.iter().flatten().flatten().copied().collect::<Vec<_>>(),
                &[sources.len(), shape.ds, n],
            )?,
            device: device.clone(),
            near: near.scale as f32,
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
        let [order, trial_start, trial_length, rows] = &self.blocks;
        let mut near_source = self.device.zeros::<f32>(&[p, ds, n])?;
        let mut source = self.device.zeros::<T>(&[p, ds, n])?;
        surrogate_sources(
            &self.near_values,
            &self.values,
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
        let Buffers { near, exact, clock, edges, marginal, condition } = &self.target;
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
            self.near,
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
            self.near,
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
