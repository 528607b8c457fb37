//! The merge trees of a batch of images, and what is read off them.

use super::classes::Classes;
use super::{
    betti_curves, descent_basins, elder_merges, euler_curve, persistence_counts, persistence_pairs, steepest_descent,
};
use crate::image::zone_offsets;
use prism_device::{Buffer, Result};

/// The merge trees of both dimensions of every image.
pub(super) struct Trees {
    shape: [usize; 3],
    connectivity: u32,
    /// The pixels `[b, h, w]`.
    level: Buffer<u32>,
    /// The minimum below every pixel `[b, 2, h·w]`.
    basin: Buffer<u32>,
    /// Where each minimum ends `[b, 2, h·w + 1]`.
    tree: Buffer<u64>,
}

impl Trees {
    /// Those of images as levels.
    pub fn of(level: Buffer<u32>, shape: [usize; 3], connectivity: u32) -> Result<Self> {
        let (device, [b, h, w]) = (level.device(), shape);
        let (mut basin, mut tree) = (device.zeros(&[b, 2, h * w])?, device.zeros(&[b, 2, h * w + 1])?);
        steepest_descent(&level, &mut basin, connectivity)?;
        basin = basin.reshaped(&[2 * b, h * w])?;
        descent_basins(&mut basin)?;
        basin = basin.reshaped(&[b, 2, h * w])?;
        elder_merges(&level, &basin, &mut tree, connectivity)?;
        Ok(Self { shape, connectivity, level, basin, tree })
    }

    /// Where the classes of each image begin, and the classes, by image, dimension and minimum.
    pub fn classes(&self, min_persistence: f64) -> Result<(Buffer<i64>, Classes)> {
        let (device, [b, h, w]) = (self.level.device(), self.shape);
        let parts = [b, 2, (h * w).div_ceil(1024)];
        let one_row = [1, parts.iter().product()];
        let (mut counts, mut offsets) = (device.zeros(&parts)?, device.zeros(&one_row)?);
        let (mut total, mut first) = (device.zeros(&[1])?, device.zeros(&[b + 1])?);
        persistence_counts(&self.level, &self.basin, &self.tree, &mut counts, min_persistence)?;
        zone_offsets(&counts.reshaped(&one_row)?, &mut offsets, &mut total)?;
        let mut classes = Classes::zeros(device, total.download()?[0] as usize)?;
        let Classes { dim, birth, death, birth_pixel, death_pixel } = &mut classes;
        let offsets = offsets.reshaped(&parts)?;
        persistence_pairs(
            &self.level,
            &self.basin,
            &self.tree,
            &offsets,
            &total,
            dim,
            birth,
            death,
            birth_pixel,
            death_pixel,
            &mut first,
            min_persistence,
        )?;
        Ok((first, classes))
    }

    /// Betti numbers at thresholds `[b, 2, k]`.
    pub fn betti(&self, thresholds: &Buffer<f32>, k: usize) -> Result<Buffer<u32>> {
        let mut betti = self.level.device().zeros(&[self.shape[0], 2, k])?;
        betti_curves(&self.level, &self.basin, &self.tree, thresholds, &mut betti)?;
        Ok(betti)
    }

    /// Euler characteristics at thresholds `[b, k]`.
    pub fn euler(&self, thresholds: &Buffer<f32>, k: usize) -> Result<Buffer<i32>> {
        let mut euler = self.level.device().zeros(&[self.shape[0], k])?;
        euler_curve(&self.level, thresholds, &mut euler, self.connectivity)?;
        Ok(euler)
    }
}
