//! Homology classes of a batch of images, in order and in sum.

use super::{persistence_order, persistence_statistics};
use prism_device::{Buffer, Device, Result};

/// Homology classes, those of one image after those of another, `p` in all.
pub(super) struct Classes {
    /// Dimension `[p]`.
    pub dim: Buffer<i32>,
    /// Value of the birth `[p]`.
    pub birth: Buffer<f32>,
    /// Value of the death `[p]`.
    pub death: Buffer<f32>,
    /// Pixel of the birth `[p]`.
    pub birth_pixel: Buffer<i64>,
    /// Pixel of the death `[p]`.
    pub death_pixel: Buffer<i64>,
}

impl Classes {
    pub fn zeros(device: &Device, p: usize) -> Result<Self> {
        let (dim, birth, death) = (device.zeros(&[p])?, device.zeros(&[p])?, device.zeros(&[p])?);
        Ok(Self { dim, birth, death, birth_pixel: device.zeros(&[p])?, death_pixel: device.zeros(&[p])? })
    }

    /// The same, sorted within each image, of which none has more than `most`.
    pub fn sorted(mut self, first: &Buffer<i64>, most: usize) -> Result<Self> {
        let p = self.dim.shape()[0];
        let mut next = Self::zeros(self.dim.device(), p)?;
        let mut run = 1;
        while run < most.min(p) {
            self.merge_runs(first, &mut next, run as u64)?;
            std::mem::swap(&mut self, &mut next);
            run *= 2;
        }
        Ok(self)
    }

    fn merge_runs(&self, first: &Buffer<i64>, to: &mut Self, run: u64) -> Result<()> {
        persistence_order(
            first,
            &self.dim,
            &self.birth,
            &self.death,
            &self.birth_pixel,
            &self.death_pixel,
            &mut to.dim,
            &mut to.birth,
            &mut to.death,
            &mut to.birth_pixel,
            &mut to.death_pixel,
            run,
        )
    }
}

/// What is said of the classes of an image and a dimension together, each `[…, 2]`.
pub(super) struct Statistics {
    pub count: Buffer<u32>,
    pub total: Buffer<f64>,
    pub max: Buffer<f64>,
    pub mean: Buffer<f64>,
    pub entropy: Buffer<f64>,
}

impl Statistics {
    /// Those of classes, under the extents of the batch.
    pub fn of(first: &Buffer<i64>, classes: &Classes, batch: &[usize]) -> Result<Self> {
        let device = first.device();
        let numbers = || device.zeros::<f64>(&[first.shape()[0] - 1, 2]);
        let (mut count, mut total, mut max) = (device.zeros(&[first.shape()[0] - 1, 2])?, numbers()?, numbers()?);
        let (mut mean, mut entropy) = (numbers()?, numbers()?);
        let Classes { dim, birth, death, death_pixel, .. } = classes;
        persistence_statistics(
            first,
            dim,
            birth,
            death,
            death_pixel,
            &mut count,
            &mut total,
            &mut max,
            &mut mean,
            &mut entropy,
        )?;
        let shape = [batch, &[2]].concat();
        Ok(Self {
            count: count.reshaped(&shape)?,
            total: total.reshaped(&shape)?,
            max: max.reshaped(&shape)?,
            mean: mean.reshaped(&shape)?,
            entropy: entropy.reshaped(&shape)?,
        })
    }
}
