//! Long short-term memory.

use super::layout::Layout;
use super::{Direction, GateOrder, LSTM_STEPS};
use crate::linalg::{GEMM_NARROW, GEMM_WIDE};
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Arg, Buffer, Real, Result, run};

const NAME: &str = "lstm_cell";

/// What `lstm_cell` can be asked for.
#[derive(Debug, Clone, Default, PartialEq, Settings)]
pub struct LstmCellSettings {
    /// In which order the gates' rows lie: torch (i, f, g, o) or onnx (i, o, f, c).
    pub gate_order: GateOrder,
    /// Whether x is a sequence `[T, …, I]` instead of the inputs of one step.
    pub sequence: bool,
    /// From where to where sequences are read.
    pub direction: Direction,
}

/// What the memories became.
#[derive(Debug, Outputs)]
pub struct LstmCellOutputs<T: Real> {
    /// The state after every series' last step, shaped as `h` was.
    pub h: Buffer<T>,
    /// The memory after every series' last step, shaped as `c` was.
    pub c: Buffer<T>,
    /// The states after every step of a sequence `[T, …, D·H]`, 0 behind the end of a series.
    pub y: Option<Buffer<T>>,
}

/// One step of long short-term memories, or the steps of a sequence.
///
/// `x […, I]`, `h, c […, H]`, `w_ih [4H, I]`, `w_hh [4H, H]`, biases `b_ih, b_hh [4H]`, peepholes `p [3H]` of i, o and f as
/// ONNX orders them → `h, c […, H]`. With `sequence` `x [T, …, I]`, the steps of every series in `lengths […]`, all T where
/// absent, and `y` besides. Two directions have parameters `[2, …]`, states `[2, …, H]` and `y [T, …, 2H]`; parameters of
/// one direction may also be `[1, …]`. A series without steps keeps its state.
///
/// i, f, g, o = rows of `w_ih`·x + `b_ih` + `w_hh`·h + `b_hh`; c′ = σ(f)·c + σ(i)·tanh g; h′ = σ(o)·tanh c′; peepholes add
/// `p_i`·c to i, `p_f`·c to f and `p_o`·c′ to o. Hochreiter & Schmidhuber 1997; Gers 2000. Equals `torch.nn.LSTMCell` and
/// `torch.nn.LSTM` of one layer; with `gate_order` onnx and p the operator `LSTM` of ONNX. O(T·B·D·H·(I + H)); scratch of
/// 4·T·B·D·H numbers for the inputs' half of the gates. Up to 128 KiB of `w_hh` a direction in one launch, above with a
/// launch a step.
///
/// # Errors
/// `Shape` where the inputs do not fit each other; `Requirement` for a direction or `lengths` without `sequence`;
/// `Value` for a length above T; out of memory.
#[operation(types(f32, f64), kernels(GEMM_WIDE, GEMM_NARROW, super::GATE_DRIVE, super::LSTM_STEPS))]
#[allow(clippy::too_many_arguments)]
pub fn lstm_cell<T: Real>(
    x: &Buffer<T>,
    h: &Buffer<T>,
    c: &Buffer<T>,
    w_ih: &Buffer<T>,
    w_hh: &Buffer<T>,
    b_ih: Option<&Buffer<T>>,
    b_hh: Option<&Buffer<T>>,
    p: Option<&Buffer<T>>,
    lengths: Option<&Buffer<u32>>,
    settings: &LstmCellSettings,
) -> Result<LstmCellOutputs<T>> {
    let layout = Layout::of(NAME, 4, x, h, settings.sequence, settings.direction)?;
    let Layout { n, d, t, b, k, .. } = layout;
    layout.state("c", c)?;
    layout.parameters("w_ih", w_ih, &[4 * n, k])?;
    layout.parameters("w_hh", w_hh, &[4 * n, n])?;
    let vectors = [("b_ih", b_ih, 4), ("b_hh", b_hh, 4), ("p", p, 3)];
    vectors.iter().try_for_each(|&(name, v, rows)| v.map_or(Ok(()), |v| layout.parameters(name, v, &[rows * n])))?;
    layout.lengths(lengths)?;

    let (device, none, all) = (x.device(), x.device().zeros(&[0])?, x.device().zeros(&[0])?);
    let drive = layout.drive(x, w_ih, b_ih.unwrap_or(&none))?;
    let [h_seen, c_seen] = [h.seen_as(&[d, b, n])?, c.seen_as(&[d, b, n])?];
    let w_seen = w_hh.seen_as(&[d, 4 * n, n])?;
    let bias = b_hh.unwrap_or(&none).seen_as(&[d, b_hh.map_or(0, |_| 4 * n)])?;
    let peephole = p.unwrap_or(&none).seen_as(&[d, p.map_or(0, |_| 3 * n)])?;
    let lengths_seen = lengths.unwrap_or(&all).seen_as(&[lengths.map_or(0, |_| b)])?;
    let (mut y, mut status) = (device.zeros(&[t, b, d, n])?, device.zeros::<u64>(&[1])?);
    let (mut h_next, mut c_next) = (device.zeros(&[d, b, n])?, device.zeros(&[d, b, n])?);
    let (order, reverse) = (settings.gate_order as u32, settings.direction.reverse());
    layout.steps::<T>(|first, count, split| {
        let inputs = [Arg::In(&h_seen), Arg::In(&c_seen), Arg::In(&drive), Arg::In(&w_seen), Arg::In(&bias)];
        let rest = [Arg::In(&peephole), Arg::In(&lengths_seen)];
        let written = [Arg::Out(&mut y), Arg::Out(&mut h_next), Arg::Out(&mut c_next), Arg::Out(&mut status)];
        let scalars = [order, reverse, first, count, split].map(|number| Arg::Scalar(number.into()));
        run(&LSTM_STEPS, &mut inputs.into_iter().chain(rest).chain(written).chain(scalars).collect::<Vec<_>>())
    })?;
    layout.judge(lengths, &status)?;
    let y = settings.sequence.then(|| y.reshaped(&layout.output_shape())).transpose()?;
    let shape = layout.state_shape();
    Ok(LstmCellOutputs { h: h_next.reshaped(&shape)?, c: c_next.reshaped(&shape)?, y })
}

#[cfg(test)]
#[path = "lstm_cell_tests.rs"]
mod tests;
