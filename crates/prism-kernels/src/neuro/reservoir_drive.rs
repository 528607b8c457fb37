//! What drives the neurons of a reservoir, as its kernels take it.

use super::parameters::judge;
use super::weights::Weights;
use super::{ReservoirSettings, reservoir_run, reservoir_step};
use prism_device::{Buffer, Real, Result, Seen};

/// Neurons up to which one block holds all of them through all steps.
const RESIDENT: usize = 256;
/// Neurons of a block where many blocks share a step.
const SHARE: usize = 16;

/// The weights of a reservoir and its inputs; what is absent has no elements.
pub(super) struct Drive<'a, T: Real> {
    pub kernel: &'static str,
    pub w: Weights<'a, T>,
    pub w_in: &'a Buffer<T>,
    pub u: Seen<'a, T>,
    pub bias: &'a Buffer<T>,
    pub w_fb: Seen<'a, T>,
    pub y: Seen<'a, T>,
}

impl<T: Real> Drive<'_, T> {
    /// The states `x [b, n]` after one step.
    pub fn step(&self, x: &Seen<T>, [b, n]: [usize; 2], settings: &ReservoirSettings) -> Result<Buffer<T>> {
        let Self { w, w_in, u, bias, w_fb, y, .. } = self;
        let ReservoirSettings { a, f, noise, seed, offset } = *settings;
        let device = w_in.device();
        let (mut next, mut status) = (device.zeros(&[b, n])?, device.zeros(&[1])?);
        let (dense, starts, columns, value) = (&w.dense, &w.row_start, &w.column, &w.value);
        let f = f as u32;
        reservoir_step(
            x,
            dense,
            starts,
            columns,
            value,
            w_in,
            u,
            *bias,
            w_fb,
            y,
            &mut next,
            &mut status,
            a,
            f,
            noise,
            seed,
            offset,
        )?;
        judge(self.kernel, &status, "w", "has a row that points outside the matrix")?;
        Ok(next)
    }

    /// The states after the last of t steps, and after each, `[b, t, n]`.
    pub fn run(
        &self,
        x: &Seen<T>,
        [b, t, n]: [usize; 3],
        settings: &ReservoirSettings,
    ) -> Result<(Buffer<T>, Buffer<T>)> {
        let device = self.w_in.device();
        let (mut states, mut last) = (device.zeros(&[b, t, n])?, device.zeros(&[b, n])?);
        let mut status = device.zeros(&[1])?;
        let mut part =
            |first, count, split| self.part(x, [&mut states, &mut last], &mut status, settings, [first, count, split]);
        if n <= RESIDENT || t == 0 {
            part(0, t as u32, 1)?;
        } else {
            (0..t).try_for_each(|s| part(s as u32, 1, n.div_ceil(SHARE) as u32))?;
        }
        judge(self.kernel, &status, "w", "has a row that points outside the matrix")?;
        Ok((last, states))
    }

    /// Steps `first` to `first` + `count`, `split` blocks to a step.
    fn part(
        &self,
        x: &Seen<T>,
        [states, last]: [&mut Buffer<T>; 2],
        status: &mut Buffer<u32>,
        settings: &ReservoirSettings,
        [first, count, split]: [u32; 3],
    ) -> Result<()> {
        let Self { w, w_in, u, bias, w_fb, y, .. } = self;
        let ReservoirSettings { a, f, noise, seed, offset } = *settings;
        let (dense, starts, columns, value) = (&w.dense, &w.row_start, &w.column, &w.value);
        let f = f as u32;
        reservoir_run(
            x, dense, starts, columns, value, w_in, u, *bias, w_fb, y, states, last, status, a, f, noise, seed, offset,
            first, count, split,
        )
    }
}
