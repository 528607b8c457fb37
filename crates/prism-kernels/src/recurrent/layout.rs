//! The extents of a recurrent operation, judged once.

use super::{Direction, gate_drive};
use crate::argument::{exactly, judged, require};
use crate::linalg::linear;
use crate::map::Activation;
use prism_device::{AnyBuffer, Buffer, Element, ErrorKind, Real, Result};

/// Rows of inputs up to which reading the weights is what a product of matrices takes.
const FEW: usize = 32;
/// Bytes of recurrent weights up to which a block takes its series through all steps: what the first cache holds.
const RESIDENT: usize = 1 << 17;
/// Units of a block where many blocks share a step.
const SHARE: usize = 8;

/// What the inputs of an operation must be like.
pub(super) struct Layout {
    pub name: &'static str,
    /// Gates of a unit.
    pub gates: usize,
    /// The extents of the batch.
    pub lead: Vec<usize>,
    /// Inputs, units, directions, steps and series.
    pub k: usize,
    pub n: usize,
    pub d: usize,
    pub t: usize,
    pub b: usize,
    sequence: bool,
}

impl Layout {
    /// From the inputs x and the state h.
    pub fn of<T: Real>(
        name: &'static str,
        gates: usize,
        x: &Buffer<T>,
        h: &Buffer<T>,
        sequence: bool,
        direction: Direction,
    ) -> Result<Self> {
        let is_single = sequence || direction == Direction::Forward;
        require(name, is_single, "direction forward unless sequence", || format!("direction = {direction}"))?;
        let (expected, before) = if sequence { ("T, …, I", 2) } else { ("…, I", 1) };
        if x.shape().len() < before {
            return Err(wrong(name, "x", expected.into(), x));
        }
        let (&k, lead) = x.shape().split_last().unwrap_or((&0, &[]));
        let (t, lead) = if sequence { (lead[0], lead[1..].to_vec()) } else { (1, lead.to_vec()) };
        let n = h.shape().last().copied().unwrap_or(0);
        let b = lead.iter().product();
        let layout = Self { name, gates, lead, k, n, d: direction.count(), t, b, sequence };
        layout.state("h", h)?;
        Ok(layout)
    }

    /// Judges a state, `[…, H]` or, in two directions, `[2, …, H]`.
    pub fn state<T: Real>(&self, argument: &'static str, state: &Buffer<T>) -> Result<()> {
        self.fits(argument, state, &self.state_shape())
    }

    pub fn state_shape(&self) -> Vec<usize> {
        let directions: &[usize] = if self.d == 2 { &[2] } else { &[] };
        [directions, &self.lead, &[self.n]].concat()
    }

    /// The states of all steps, `[T, …, D·H]`.
    pub fn output_shape(&self) -> Vec<usize> {
        [&[self.t][..], &self.lead, &[self.d * self.n]].concat()
    }

    /// Judges parameters of `tail`, in two directions `[2, tail]`, in one also `[1, tail]`.
    pub fn parameters<T: Real>(&self, argument: &'static str, parameters: &Buffer<T>, tail: &[usize]) -> Result<()> {
        let all = [&[self.d], tail].concat();
        if parameters.shape() == all {
            Ok(())
        } else {
            self.fits(argument, parameters, &all[usize::from(self.d == 1)..])
        }
    }

    /// Judges the number of steps of every series.
    pub fn lengths(&self, lengths: Option<&Buffer<u32>>) -> Result<()> {
        let Some(lengths) = lengths else { return Ok(()) };
        require(self.name, self.sequence, "no lengths unless sequence", || "lengths".into())?;
        self.fits("lengths", lengths, &self.lead)
    }

    fn fits<T: Element>(&self, argument: &'static str, buffer: &Buffer<T>, shape: &[usize]) -> Result<()> {
        exactly(self.name, argument, buffer.shape(), shape)
    }

    /// x·Wᵀ + bias of all steps, `[t, b, d, gates·n]`.
    pub fn drive<T: Real>(&self, x: &Buffer<T>, w_ih: &Buffer<T>, b_ih: &Buffer<T>) -> Result<Buffer<T>> {
        let Self { t, b, d, n, k, gates, .. } = *self;
        let (rows, outputs) = (t * b, d * gates * n);
        let (x, w) = (x.seen_as(&[rows, k])?, w_ih.seen_as(&[outputs, k])?);
        let bias = b_ih.seen_as(&[b_ih.shape().iter().product()])?;
        let drive = if rows > FEW {
            linear::<T, _>(self.name, &x, &w, (b_ih.bytes() > 0).then_some(&bias), Activation::None)?
        } else {
            let mut drive = x.device().zeros(&[rows, outputs])?;
            gate_drive(&x, &w, &bias, &mut drive)?;
            drive
        };
        drive.reshaped(&[t, b, d, gates * n])
    }

    /// Calls `launch(first, count, split)` until all steps are done: once where the weights stay in a block's cache.
    pub fn steps<T: Real>(&self, mut launch: impl FnMut(u32, u32, u32) -> Result<()>) -> Result<()> {
        let weights = self.gates * self.n * self.n * size_of::<T>();
        if weights <= RESIDENT || self.t == 0 {
            return launch(0, self.t as u32, 1);
        }
        (0..self.t as u32).try_for_each(|s| launch(s, 1, self.split()))
    }

    /// Blocks that share a step.
    pub fn split(&self) -> u32 {
        self.n.div_ceil(SHARE).max(1) as u32
    }

    /// An error where a kernel found a series longer than there are steps.
    pub fn judge(&self, lengths: Option<&Buffer<u32>>, status: &Buffer<u64>) -> Result<()> {
        let Some(_) = lengths else { return Ok(()) };
        judged(self.name, "lengths", "at most T", status)
    }
}

fn wrong<T: Element>(
    kernel: &'static str,
    argument: &'static str,
    expected: String,
    buffer: &Buffer<T>,
) -> prism_device::Error {
    ErrorKind::Shape { kernel, argument, expected, got: buffer.shape().to_vec() }.into()
}

#[cfg(test)]
mod tests {
    use super::{FEW, Layout};
    use crate::recurrent::{Direction, data};
    use prism_device::Device;

    #[test]
    fn many_rows_drive_the_gates_as_few_do() {
        let (steps, h, w) = (FEW + 9, data(&[2, 1, 2], 1), data(&[2, 8, 3], 2));
        for bias in [data(&[2, 8], 3), Device::cpu().zeros(&[0]).unwrap()] {
            let drive = |from: usize, to: usize| {
                let x = data(&[steps, 1, 3], 4).download().unwrap();
                let x = Device::cpu().upload(&x[3 * from..3 * to], &[to - from, 1, 3]).unwrap();
                let layout = Layout::of("lstm_cell", 4, &x, &h, true, Direction::Bidirectional).unwrap();
                let drive = layout.drive(&x, &w, &bias).unwrap();
                assert_eq!(drive.shape(), [to - from, 1, 2, 8]);
                drive.download().unwrap()
            };
            assert_eq!(drive(0, steps), [drive(0, 9), drive(9, steps)].concat());
        }
    }
}
