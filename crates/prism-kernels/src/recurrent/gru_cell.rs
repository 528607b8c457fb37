//! Gated recurrent units.

use super::layout::Layout;
use super::{Direction, GRU_CANDIDATE, GRU_RESET, GRU_STEPS, GateOrder};
use crate::linalg::{GEMM_NARROW, GEMM_WIDE};
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Arg, Buffer, Real, Result, Seen, run};

const NAME: &str = "gru_cell";

/// What `gru_cell` can be asked for.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct GruCellSettings {
    /// In which order the gates' rows lie: torch (r, z, n) or onnx (z, r, h).
    pub gate_order: GateOrder,
    /// Whether the reset gate multiplies what the weights make of the state (`PyTorch`, `cuDNN`) and not the state itself
    /// (the default of ONNX).
    pub linear_before_reset: bool,
    /// Whether x is a sequence `[T, …, I]` instead of the inputs of one step.
    pub sequence: bool,
    /// From where to where sequences are read.
    pub direction: Direction,
}

impl Default for GruCellSettings {
    fn default() -> Self {
        let (gate_order, direction) = (GateOrder::default(), Direction::default());
        Self { gate_order, linear_before_reset: true, sequence: false, direction }
    }
}

/// What the units became.
#[derive(Debug, Outputs)]
pub struct GruCellOutputs<T: Real> {
    /// The state after every series' last step, shaped as `h` was.
    pub h: Buffer<T>,
    /// The states after every step of a sequence `[T, …, D·H]`, 0 behind the end of a series.
    pub y: Option<Buffer<T>>,
}

/// One step of gated recurrent units, or the steps of a sequence.
///
/// `x […, I]`, `h […, H]`, `w_ih [3H, I]`, `w_hh [3H, H]`, biases `b_ih, b_hh [3H]` → `h […, H]`. With `sequence` `x [T, …,
/// I]`, the steps of every series in `lengths […]`, all T where absent, and `y` besides. Two directions have parameters
/// `[2, …]`, states `[2, …, H]` and `y [T, …, 2H]`; parameters of one direction may also be `[1, …]`. A series without
/// steps keeps its state.
///
/// r, z = σ of rows of `w_ih`·x + `b_ih` + `w_hh`·h + `b_hh`; n = tanh(`W_n`·x + `b_in` + r∘(`U_n`·h + `b_hn`)), or without
/// `linear_before_reset` n = tanh(`W_n`·x + `b_in` + `U_n`·(r∘h) + `b_hn`); h′ = (1 − z)·n + z·h. Cho 2014. Equals
/// `torch.nn.GRUCell` and `torch.nn.GRU` of one layer; with `gate_order` onnx the operator `GRU` of ONNX.
/// O(T·B·D·H·(I + H)); scratch of 3·T·B·D·H numbers for the inputs' half of the gates. Up to 128 KiB of `w_hh` a direction
/// in one launch, above with a launch a step; without `linear_before_reset` always two launches a step.
///
/// # Errors
/// `Shape` where the inputs do not fit each other; `Requirement` for a direction or `lengths` without `sequence`;
/// `Value` for a length above T; out of memory.
#[operation(
    types(f32, f64),
    kernels(GEMM_WIDE, GEMM_NARROW, super::GATE_DRIVE, super::GRU_STEPS, super::GRU_RESET, super::GRU_CANDIDATE)
)]
#[allow(clippy::too_many_arguments)]
pub fn gru_cell<T: Real>(
    x: &Buffer<T>,
    h: &Buffer<T>,
    w_ih: &Buffer<T>,
    w_hh: &Buffer<T>,
    b_ih: Option<&Buffer<T>>,
    b_hh: Option<&Buffer<T>>,
    lengths: Option<&Buffer<u32>>,
    settings: &GruCellSettings,
) -> Result<GruCellOutputs<T>> {
    let layout = Layout::of(NAME, 3, x, h, settings.sequence, settings.direction)?;
    let Layout { n, d, b, k, .. } = layout;
    layout.parameters("w_ih", w_ih, &[3 * n, k])?;
    layout.parameters("w_hh", w_hh, &[3 * n, n])?;
    let vectors = [("b_ih", b_ih), ("b_hh", b_hh)];
    vectors.iter().try_for_each(|&(name, v)| v.map_or(Ok(()), |v| layout.parameters(name, v, &[3 * n])))?;
    layout.lengths(lengths)?;

    let (none, all) = (x.device().zeros(&[0])?, x.device().zeros(&[0])?);
    let drive = layout.drive(x, w_ih, b_ih.unwrap_or(&none))?;
    let units = Units {
        layout: &layout,
        settings,
        h: h.seen_as(&[d, b, n])?,
        drive: &drive,
        w_hh: w_hh.seen_as(&[d, 3 * n, n])?,
        bias: b_hh.unwrap_or(&none).seen_as(&[d, b_hh.map_or(0, |_| 3 * n)])?,
        lengths: lengths.unwrap_or(&all).seen_as(&[lengths.map_or(0, |_| b)])?,
    };
    let (y, h, status) = units.run()?;
    layout.judge(lengths, &status)?;
    let y = settings.sequence.then(|| y.reshaped(&layout.output_shape())).transpose()?;
    Ok(GruCellOutputs { h: h.reshaped(&layout.state_shape())?, y })
}

/// What the kernels of every step read.
struct Units<'a, T: Real> {
    layout: &'a Layout,
    settings: &'a GruCellSettings,
    h: Seen<'a, T>,
    drive: &'a Buffer<T>,
    w_hh: Seen<'a, T>,
    bias: Seen<'a, T>,
    lengths: Seen<'a, u32>,
}

impl<T: Real> Units<'_, T> {
    /// The states of all steps, the last states, the status.
    fn run(&self) -> Result<(Buffer<T>, Buffer<T>, Buffer<u64>)> {
        let (device, &Layout { t, b, d, n, .. }) = (self.drive.device(), self.layout);
        let (mut y, mut last) = (device.zeros(&[t, b, d, n])?, device.zeros(&[d, b, n])?);
        let mut status = device.zeros(&[1])?;
        let mut steps = |first, count, split| {
            let written = [Arg::Out(&mut y), Arg::Out(&mut last), Arg::Out(&mut status)];
            let numbers = [self.order(), self.reverse(), first, count, split];
            run(&GRU_STEPS, &mut self.arguments(written, &numbers))
        };
        if self.settings.linear_before_reset {
            self.layout.steps::<T>(steps)?;
        } else {
            steps(0, 0, 1)?; // keeps the states of series without steps
            self.reset_first(&mut y, &mut last)?;
        }
        Ok((y, last, status))
    }

    fn reset_first(&self, y: &mut Buffer<T>, last: &mut Buffer<T>) -> Result<()> {
        let (&Layout { t, b, d, n, .. }, split) = (self.layout, self.layout.split());
        let mut update = y.device().zeros::<T>(&[d, b, n])?;
        let mut reset = y.device().zeros::<T>(&[d, b, n])?;
        for step in 0..t as u32 {
            let written = [Arg::In(&*y), Arg::Out(&mut update), Arg::Out(&mut reset)];
            run(&GRU_RESET, &mut self.arguments(written, &[self.order(), self.reverse(), step, split]))?;
            let written = [Arg::In(&update), Arg::In(&reset), Arg::Out(&mut *y), Arg::Out(&mut *last)];
            run(&GRU_CANDIDATE, &mut self.arguments(written, &[self.reverse(), step, split]))?;
        }
        Ok(())
    }

    fn arguments<'b, const W: usize>(&'b self, written: [Arg<'b>; W], numbers: &[u32]) -> Vec<Arg<'b>> {
        let Self { h, drive, w_hh, bias, lengths, .. } = self;
        let read = [Arg::In(h), Arg::In(*drive), Arg::In(w_hh), Arg::In(bias), Arg::In(lengths)];
        let numbers = numbers.iter().map(|&number| Arg::Scalar(number.into()));
        read.into_iter().chain(written).chain(numbers).collect()
    }

    fn order(&self) -> u32 {
        self.settings.gate_order as u32
    }

    fn reverse(&self) -> u32 {
        self.settings.direction.reverse()
    }
}

#[cfg(test)]
#[path = "gru_cell_tests.rs"]
mod tests;
