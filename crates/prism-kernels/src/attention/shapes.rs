//! How the shapes of attention's inputs fit each other.

use super::multi_head_attention::NAME;
use super::plain::{NO_MASK, mask_extent};
use crate::argument::{exactly, require};
use prism_device::{Buffer, Device, ErrorKind, Float, Result};

/// The widest rows of queries, keys and values.
const WIDEST: usize = 256;

/// Where heads lie.
pub(super) enum Heads {
    /// `[B, H, L, D]`.
    Apart,
    /// `[B, L, H·D]`, `h` heads of queries and `g` of keys.
    Packed { h: usize, g: usize },
}

/// Batch, heads, lengths and widths.
pub(super) struct Shapes {
    pub lead: Vec<usize>,
    pub b: usize,
    pub h: usize,
    pub g: usize,
    pub lq: usize,
    pub lk: usize,
    pub d: usize,
    pub dv: usize,
    pub packed: bool,
    pub device: Device,
}

/// The number of elements.
pub(super) fn merged(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// Which of so many axes is the sequence.
pub(super) fn length_axis(axes: usize) -> usize {
    axes.saturating_sub(2)
}

/// The batch; heads, length and width.
struct Rows<'a>(&'a [usize], [usize; 3]);

impl Heads {
    fn expected(&self) -> &'static str {
        if matches!(self, Self::Apart) { "…, H, L, D" } else { "…, L, H * D" }
    }

    fn rows<'a>(&self, argument: &'static str, shape: &'a [usize], of_queries: bool) -> Result<Rows<'a>> {
        let unfit = || ErrorKind::Shape { kernel: NAME, argument, expected: self.expected().into(), got: shape.into() };
        match (self, shape) {
            (Self::Apart, [lead @ .., h, l, d]) => Ok(Rows(lead, [*h, *l, *d])),
            (Self::Packed { h, g }, [lead @ .., l, width]) => {
                let heads = if of_queries { *h } else { *g };
                let fits = width.is_multiple_of(heads);
                require(NAME, fits, "whole heads", || format!("`{argument}` of {width} in {heads} heads"))?;
                Ok(Rows(lead, [heads, *l, width / heads]))
            }
            _ => Err(unfit().into()),
        }
    }
}

/// The shape of `past` with `next` behind it, its rows, and their two parts.
pub(super) fn joined_shape(
    argument: &'static str,
    past: &[usize],
    next: &[usize],
) -> Result<(Vec<usize>, usize, [usize; 2])> {
    let axis = length_axis(next.len());
    let others = |shape: &[usize]| shape.iter().enumerate().filter(|(i, _)| *i != axis).map(|x| *x.1).collect();
    let (a, b): (Vec<usize>, Vec<usize>) = (others(past), others(next));
    if past.len() != next.len() || a != b || past.len() < 2 {
        let expected = format!("as {next:?} but for axis {axis}");
        return Err(ErrorKind::Shape { kernel: NAME, argument, expected, got: past.into() }.into());
    }
    let mut shape = past.to_vec();
    shape[axis] += next[axis];
    Ok((shape, merged(&next[..axis]), [merged(&past[axis..]), merged(&next[axis..])]))
}

impl Shapes {
    pub fn of<T: Float>(q: &Buffer<T>, k: &Buffer<T>, v: &Buffer<T>, heads: &Heads) -> Result<Self> {
        let Rows(lead, [h, lq, d]) = heads.rows("q", q.shape(), true)?;
        let Rows(k_lead, [g, lk, k_width]) = heads.rows("k", k.shape(), false)?;
        let Rows(v_lead, [v_heads, v_rows, dv]) = heads.rows("v", v.shape(), false)?;
        let alike = k_lead == lead && v_lead == lead && k_width == d && [v_heads, v_rows] == [g, lk];
        let given = || format!("q {:?}, k {:?}, v {:?}", q.shape(), k.shape(), v.shape());
        require(NAME, alike, "one batch, k as wide as q, and as many keys as values", given)?;
        let shared = g > 0 && h % g == 0 || h == 0;
        require(NAME, shared, "heads of keys that divide the heads of queries", || format!("{g} and {h}"))?;
        require(NAME, d <= WIDEST && dv <= WIDEST, "heads of up to 256 elements", || format!("{d} and {dv}"))?;
        let packed = matches!(heads, Heads::Packed { .. });
        let lead = lead.to_vec();
        Ok(Self { b: merged(&lead), lead, h, g, lq, lk, d, dv, packed, device: q.device().clone() })
    }

    /// Which axes a mask has: bits for keys, queries, heads and batch.
    pub fn mask_axes(&self, argument: &'static str, shape: &[usize]) -> Result<u32> {
        let full = [&self.lead[..], &[self.h, self.lq, self.lk]].concat();
        let unfit = || {
            let expected = format!("broadcastable to {full:?}, all of its batch or none");
            ErrorKind::Shape { kernel: NAME, argument, expected, got: shape.into() }
        };
        let Some(missing) = full.len().checked_sub(shape.len()) else { return Err(unfit().into()) };
        let padded = [vec![1; missing], shape.to_vec()].concat();
        let (of_batch, others) = padded.split_at(self.lead.len());
        let whole = of_batch == self.lead;
        let mut axes = if whole { 8 } else { 0 };
        let fits = whole || of_batch.iter().all(|&n| n == 1);
        for (bit, (&got, &n)) in others.iter().rev().zip(full.iter().rev()).enumerate() {
            if got != n && got != 1 {
                return Err(unfit().into());
            }
            axes |= u32::from(got == n) << bit;
        }
        if fits { Ok(axes) } else { Err(unfit().into()) }
    }

    /// The extents of a mask of those axes.
    pub fn mask_extents(&self, axes: u32) -> Vec<usize> {
        if axes >= NO_MASK {
            return vec![0; 4];
        }
        let full = [(3, self.b), (2, self.h), (1, self.lq), (0, self.lk)];
        full.map(|(bit, n)| mask_extent(axes.into(), bit, n as u64) as usize).to_vec()
    }

    /// An error unless there is one number for every member of the batch.
    pub fn is_of_batch(&self, argument: &'static str, shape: &[usize]) -> Result<()> {
        exactly(NAME, argument, shape, &self.lead)
    }
}
