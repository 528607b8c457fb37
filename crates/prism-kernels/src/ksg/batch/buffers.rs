//! What a target is on a device, and where the samples of its sources go.

use super::super::order::{Order, row_length, strip_length};
use super::super::small_te::HELD;
use super::super::terms::Terms;
use super::TargetPoints;
use prism_device::{Buffer, Device, Real, Result};
use std::ops::Range;

/// The points that are asked about at once when a device is filled.
const FILLED: usize = 40_000;

/// How large a problem is, and how it is cut.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub n: usize,
    pub dz: usize,
    pub dt: usize,
    pub ds: usize,
    pub strip: usize,
    /// The length of a row of near copies.
    pub row: usize,
}

/// The target's columns in order, and the digamma terms of its counts.
pub(super) struct TargetBuffers<T: Real> {
    pub near: Buffer<f32>,
    pub exact: Buffer<T>,
    pub clock: Buffer<i32>,
    pub edges: Buffer<f32>,
    pub rows: Buffer<u32>,
    pub marginal: Buffer<i64>,
    pub condition: Buffer<i64>,
}

/// Where each sample of a source goes.
pub(super) struct Places {
    pub order: Buffer<u32>,
    pub trial_start: Buffer<u32>,
    pub trial_length: Buffer<u32>,
}

impl Shape {
    pub fn of<T>(target: &TargetPoints<T>, sources: &[Vec<Vec<T>>], problems: usize) -> Self {
        let (n, dz) = (target.clock.len(), target.z.len());
        let dt = dz + target.y.len();
        // Where a device is not filled, looking at every point of a small problem is quicker than choosing.
        let one = n <= 2048 && n * problems <= FILLED;
        let strip = if one { n.next_multiple_of(32) } else { strip_length(n, dt) };
        Self { n, dz, dt, ds: sources.first().map_or(0, Vec::len), strip, row: row_length(n as u64) as usize }
    }

    /// Whether so many problems are better compared whole than searched: they fit a block's shared memory, and together
    /// they do not fill a device.
    pub fn is_small(&self, problems: usize) -> bool {
        ((self.dt + self.ds) * self.row) as u64 <= HELD && problems * self.n <= FILLED
    }

    /// Queries a warp answers together: many when there are enough to fill the device that way.
    pub fn group(&self, problems: usize) -> u32 {
        match (self.dt + self.ds, problems * self.n) {
            (_, ..FILLED) => 1,
            (..=5, _) => 8,
            _ => 4,
        }
    }
}

impl<T: Real> TargetBuffers<T> {
    pub fn upload(
        device: &Device,
        target: &TargetPoints<T>,
        near: &[Vec<f64>],
        order: &Order,
        terms: &Terms,
    ) -> Result<Self> {
        let (n, dt) = (target.clock.len(), near.len());
        let row = row_length(n as u64) as usize;
        let place = |i: &u32| *i as usize;
        let places = || order.points.iter().map(place);
        let exact = target.z.iter().chain(&target.y).flat_map(|column| places().map(|i| column[i]));
        let behind = std::iter::repeat_n(f32::INFINITY, row - n);
        let near = near.iter().flat_map(|column| places().map(|i| column[i] as f32).chain(behind.clone()));
        let edges: Vec<f32> = order.edges.iter().map(|&x| x as f32).collect();
        Ok(Self {
            near: device.upload(&near.collect::<Vec<_>>(), &[1, dt, row])?,
            exact: device.upload(&exact.collect::<Vec<_>>(), &[1, dt, n])?,
            clock: device.upload(&places().map(|i| target.clock[i]).collect::<Vec<_>>(), &[1, n])?,
            edges: device.upload(&edges, &[1, edges.len()])?,
            rows: device.upload(&[n as u32], &[1])?,
            marginal: device.upload(&terms.marginal, &[n + 1])?,
            condition: device.upload(&terms.condition, &[n + 1])?,
        })
    }
}

impl Places {
    pub fn upload(device: &Device, trials: &[Range<usize>], order: &Order) -> Result<Self> {
        let n = order.points.len();
        let of_trial = |pick: fn(&Range<usize>) -> usize| -> Vec<u32> {
            trials.iter().flat_map(|t| std::iter::repeat_n(pick(t) as u32, t.len())).collect()
        };
        Ok(Self {
            order: device.upload(&order.points, &[1, n])?,
            trial_start: device.upload(&of_trial(|t| t.start), &[1, n])?,
            trial_length: device.upload(&of_trial(Range::len), &[1, n])?,
        })
    }
}
