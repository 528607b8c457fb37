//! Without a condition nothing narrows the second sweep; so each variable is counted in an order of its own.

use super::{Batch, TargetPoints, Values};
use crate::ksg::search::{Algorithm, Counts, Spec};
use prism_device::{Device, Real, Result};
use std::ops::Range;

/// The counts of every point of a pair of variables `x` and `y` `[columns][n]`, without a condition, in the order of the
/// points.
///
/// # Errors
/// The device fails or has not enough memory.
pub fn pair_counts<T: Real>(
    device: &Device,
    x: &[Vec<T>],
    y: &[Vec<T>],
    clock: &[i32],
    trials: &[Range<usize>],
    spec: Spec,
) -> Result<Counts> {
    let ordered_by = |own: &[Vec<T>], other: &[Vec<T>]| {
        let target = TargetPoints { z: own.to_vec(), y: vec![], clock: clock.to_vec(), trials: trials.to_vec() };
        Batch::new(device, &target, &[other.to_vec()], 1, spec)
    };
    let by_x = ordered_by(x, y)?;
    let radii = by_x.radii(0, spec.k)?;
    let (of_x, of_y) = match spec.algorithm {
        Algorithm::One => (&radii[0], &radii[0]),
        Algorithm::Two => (&radii[2], &radii[0]),
    };
    let within_x = by_x.within(of_x)?;
    drop(by_x);
    let n = clock.len();
    Ok(Counts { xz: within_x, yz: ordered_by(y, x)?.within(of_y)?, z: vec![n as u32 - 1; n] })
}

impl<T: Real> Batch<T> {
    /// How many points lie within the radius of every point in the condition alone.
    fn within(&self, radius: &[T]) -> Result<Vec<u32>> {
        let n = self.shape.n;
        let placed: Vec<T> = self.order.iter().map(|&i| radius[i as usize]).collect();
        let radius = self.device.upload(&placed, &[1, 1, n])?;
        let count =
            |values: &Values<T>, problem: &[_]| self.count(&self.place(values, problem)?, &radius)?.counts.download();
        let counts = self.alone(0, count)?;
        Ok(self.in_sample_order(&counts[2 * n..]))
    }
}
