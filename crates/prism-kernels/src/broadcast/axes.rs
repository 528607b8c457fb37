//! Two shapes stretched to one, and its axes made as few as they can be.

use super::extents::{broadcast, extent};
use crate::argument::require;
use prism_device::conformance::Case;
use prism_device::{Buffer, Element, Result, Seen};

/// The axes a result can have.
pub(super) const AXES: usize = 8;

/// Two operands seen as the kernels take them.
pub(super) struct Stretched<'a, T: Element> {
    /// The extents of the result as its caller sees them.
    pub shape: Vec<usize>,
    /// The same elements along as few axes as can be, 1 before them.
    pub extents: [usize; AXES],
    /// The operands as one row of elements each.
    pub rows: [Seen<'a, T>; 2],
    /// For each operand the axes it has: bit k for the k-th of `extents`.
    pub along: [u32; 2],
}

impl<T: Element> Stretched<'_, T> {
    /// The axes the kernels work along: their form for two does without most divisions.
    pub fn axes(&self) -> u32 {
        if self.extents[..AXES - 2] == [1; AXES - 2] { 2 } else { AXES as u32 }
    }
}

/// Stretches two operands to one shape, their last axes side by side, where extents are equal or 1.
pub(super) fn stretch<'a, T: Element>(
    operation: &'static str,
    a: &'a Buffer<T>,
    b: &'a Buffer<T>,
) -> Result<Stretched<'a, T>> {
    let given = || format!("a of {:?} and b of {:?}", a.shape(), b.shape());
    let rank = a.shape().len().max(b.shape().len());
    require(operation, rank <= AXES, "at most 8 extents", given)?;
    let shape = broadcast(a.shape(), b.shape());
    require(operation, shape.is_some(), "extents that are equal or 1, counted from the last", given)?;
    let pairs: Vec<[usize; 2]> = (0..rank).map(|k| [a, b].map(|x| extent(x.shape(), rank, k))).collect();
    let (extents, along) = joined(&pairs);
    let row = |x: &'a Buffer<T>| x.seen_as(&[x.shape().iter().product()]);
    Ok(Stretched { shape: shape.unwrap_or_default(), extents, rows: [row(a)?, row(b)?], along })
}

/// What two extents that fit are stretched to: a 1 gives way to a 0 too.
fn longer([a, b]: &[usize; 2]) -> usize {
    if *a == 1 { *b } else { *a }
}

/// Neighbouring axes that the same operands have, as one; axes of extent 1 left out.
fn joined(pairs: &[[usize; 2]]) -> ([usize; AXES], [u32; 2]) {
    let (mut extents, mut along, mut at) = ([1; AXES], [0; 2], AXES);
    let mut last = None;
    for pair in pairs.iter().rev().filter(|pair| longer(pair) != 1) {
        let has = pair.map(|extent| extent != 1);
        if last != Some(has) {
            at -= 1;
            last = Some(has);
        }
        extents[at] *= longer(pair);
        for (along, has) in along.iter_mut().zip(has) {
            *along |= u32::from(has) << at;
        }
    }
    (extents, along)
}

/// The elements of an operand that has the axes `along` of those extents.
pub(super) fn len(extents: [u64; AXES], along: u64) -> u64 {
    (0..AXES).filter(|k| along >> k & 1 == 1).map(|k| extents[k]).product()
}

/// Calls `f` with the place of every element of the result and of what it is made of in two operands.
pub(super) fn each(extents: [usize; AXES], along: [u32; 2], mut f: impl FnMut(usize, [usize; 2])) {
    for i in 0..extents.iter().product() {
        f(i, along.map(|along| place(i, extents, along)));
    }
}

/// The place of element i of the result in an operand.
fn place(mut i: usize, extents: [usize; AXES], along: u32) -> usize {
    let (mut place, mut stride) = (0, 1);
    for k in (0..AXES).rev() {
        if along >> k & 1 == 1 {
            place += i % extents[k] * stride;
            stride *= extents[k];
        }
        i /= extents[k];
    }
    place
}

/// Zeros of both signs, halves of the last place, subnormals, numbers near the largest, infinities and NaN among normal
/// ones.
pub(super) fn edges(case: &mut Case) {
    const EDGES: [f64; 14] = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        2049.0,
        4.882_812_5e-4,
        6e-8,
        -1e-40,
        1e-310,
        6.5e4,
        3e38,
        -1e308,
        1.000_976_562_5,
    ];
    for (name, step) in [("a", 3), ("b", 5)] {
        case.change(name, |x| x.iter_mut().step_by(step).zip(EDGES.iter().cycle()).for_each(|(x, e)| *x = *e));
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn axes_of_the_same_operands_are_joined() {
        assert_eq!(joined(&[]), ([1; 8], [0, 0]));
        assert_eq!(joined(&[[2, 2], [3, 3], [4, 4]]), ([1, 1, 1, 1, 1, 1, 1, 24], [128, 128]));
        assert_eq!(joined(&[[2, 1], [3, 1], [1, 1], [4, 4]]), ([1, 1, 1, 1, 1, 1, 6, 4], [192, 128]));
        assert_eq!(joined(&[[5, 5], [1, 7], [6, 1]]), ([1, 1, 1, 1, 1, 5, 7, 6], [160, 96]));
        assert_eq!(joined(&[[1, 1], [1, 0]]), ([1, 1, 1, 1, 1, 1, 1, 0], [0, 128]));
        let all = [[2, 1], [1, 2]].repeat(4);
        assert_eq!(joined(&all), ([2; 8], [0b0101_0101, 0b1010_1010]));
    }
}
