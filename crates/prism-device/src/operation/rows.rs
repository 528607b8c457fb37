//! Operations that do the same to every row, and so can take an array in pieces.

use super::Operation;
use crate::{Access, Entry, Extent, ParamKind};

/// An input that is rows: cut along its first axis, the pieces can be taken one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The input.
    pub input: &'static str,
    /// The axes of one row, the last of the array: an array of no more than these is not cut.
    pub axes: usize,
}

impl Operation {
    /// Whether inputs of these shapes can be taken in pieces: all that are rows are as many, and no `axis` or `axes` among the
    /// parameters is the first.
    pub fn can_be_cut(&self, shapes: &[(&str, &[usize])], parameters: &[(&'static str, String)]) -> bool {
        let shape = |rows: &Rows| shapes.iter().find(|(name, _)| *name == rows.input).map(|(_, shape)| *shape);
        let Some(first) = self.rows.iter().find_map(shape) else { return false };
        let is_alike = |rows: &Rows| shape(rows).is_none_or(|shape| shape.len() > rows.axes && shape[0] == first[0]);
        self.rows.iter().all(is_alike) && !self.works_along_the_first(first.len(), parameters)
    }

    /// An axis that is no whole number, and no axes where all are meant, may be the first.
    fn works_along_the_first(&self, rank: usize, parameters: &[(&'static str, String)]) -> bool {
        self.parameters.iter().filter(|p| matches!(p.name, "axis" | "axes")).any(|parameter| {
            let given = parameters.iter().find(|(name, _)| *name == parameter.name).map(|(_, text)| text);
            let text = given.or(parameter.default.as_ref()).map_or("", String::as_str);
            let is_first =
                |axis: &str| axis.trim().parse::<i64>().map_or(true, |axis| axis == 0 || axis == -(rank as i64));
            text.split(',').any(is_first)
        })
    }
}

/// The inputs that begin with the leading axes of all outputs, where no other input knows of those.
pub(super) fn of(kernel: &Entry) -> Vec<Rows> {
    let buffers = |wanted: Access| {
        kernel.params.iter().filter_map(move |param| match &param.kind {
            ParamKind::Buffer { access, shape, leading } if *access == wanted => Some((param.name, *shape, *leading)),
            _ => None,
        })
    };
    let lead = |(_, shape, leading): (&str, &[Extent], bool)| shape.first().and_then(|e| e.dim).filter(|_| leading);
    let Some(dim) = buffers(Access::Out).next().and_then(lead) else { return Vec::new() };
    let knows = |(_, shape, _): &(&str, &[Extent], bool)| shape.iter().any(|e| e.dim.is_none_or(|d| d == dim));
    let is_cut = buffers(Access::InOut).next().is_none()
        && buffers(Access::Out).all(|output| lead(output) == Some(dim))
        && buffers(Access::In).all(|input| lead(input) == Some(dim) || !knows(&input));
    let rows = buffers(Access::In).filter(|input| is_cut && lead(*input) == Some(dim));
    rows.map(|(input, shape, _)| Rows { input, axes: shape.len() - 1 }).collect()
}
