//! Scales of narrow numbers: one for all, or one for every 128 neighbours of a row.

use prism_device::{AnyBuffer, Buffer, Element, ErrorKind, Result, Seen};

/// Neighbours of a row that share a scale.
const BLOCK: usize = 128;

/// The scale of element `i` of rows of `n`; none where there are no scales.
pub(super) fn scale_of(scale: &[f32], i: usize, n: usize) -> Option<f32> {
    match scale {
        [] => None,
        [one] => Some(*one),
        many => Some(many[i / n * n.div_ceil(BLOCK) + i % n / BLOCK]),
    }
}

/// An array and its scales as matrices, `[rows, n]` and `[rows, blocks]`; one row where one scale or none serves all.
pub(super) struct Scaled<'a, T: Element> {
    pub(super) x: Seen<'a, T>,
    pub(super) scale: Seen<'a, f32>,
    pub(super) shape: [usize; 2],
}

impl<'a, T: Element> Scaled<'a, T> {
    /// Judges the scales, which errors call `argument`: `none`, one element, or the shape of x with ⌈n/128⌉ for its last extent n.
    pub(super) fn of(
        operation: &'static str,
        argument: &'static str,
        x: &'a Buffer<T>,
        scale: Option<&'a Buffer<f32>>,
        none: &'a Buffer<f32>,
    ) -> Result<Self> {
        let all = x.shape().iter().product();
        let (shape, scales) = match (scale, x.shape()) {
            (None, _) => ([1, all], [0, 0]),
            (Some(scale), _) if scale.shape().iter().product::<usize>() == 1 => ([1, all], [1, 1]),
            (Some(scale), [rows @ .., n]) if *scale.shape() == [rows, &[n.div_ceil(BLOCK)]].concat() => {
                let count = rows.iter().product();
                ([count, *n], [count, n.div_ceil(BLOCK)])
            }
            (Some(scale), shape) => return Err(unfit(operation, argument, shape, scale.shape())),
        };
        Ok(Self { x: x.seen_as(&shape)?, scale: scale.unwrap_or(none).seen_as(&scales)?, shape })
    }

    /// How many scales there are.
    pub(super) fn count(&self) -> usize {
        self.scale.shape().iter().product()
    }

    /// Whether neighbours share scales that others have not.
    pub(super) fn is_of_blocks(&self) -> bool {
        self.count() > 1
    }
}

fn unfit(operation: &'static str, argument: &'static str, x: &[usize], scale: &[usize]) -> prism_device::Error {
    let blocks = x.iter().enumerate().map(|(i, n)| if i + 1 == x.len() { n.div_ceil(BLOCK) } else { *n });
    let expected = format!("1] or [{}", blocks.map(|n| n.to_string()).collect::<Vec<_>>().join(", "));
    ErrorKind::Shape { kernel: operation, argument, expected, got: scale.to_vec() }.into()
}
