//! How operations refuse their arguments before anything is launched.

use prism_device::{AnyBuffer, Buffer, Element, ErrorKind, Result};

/// The extents of a buffer, or an error that names the argument and the extents expected.
pub(crate) fn extents<const D: usize>(
    kernel: &'static str,
    argument: &'static str,
    expected: &str,
    buffer: &impl AnyBuffer,
) -> Result<[usize; D]> {
    let got = buffer.shape();
    got.try_into().map_err(|_| ErrorKind::Shape { kernel, argument, expected: expected.into(), got: got.into() }.into())
}

/// Refuses an argument that has another shape than it must.
///
/// # Errors
/// `Shape` with the argument, the shape expected and the shape it has.
pub fn exactly(kernel: &'static str, argument: &'static str, got: &[usize], shape: &[usize]) -> Result<()> {
    if got == shape {
        return Ok(());
    }
    Err(ErrorKind::Shape { kernel, argument, expected: listed(shape), got: got.to_vec() }.into())
}

/// Refuses an argument that has none of the shapes it may have.
///
/// # Errors
/// `Shape` with the argument, the shapes it may have and the one it has.
pub(crate) fn one_of(kernel: &'static str, argument: &'static str, got: &[usize], shapes: &[&[usize]]) -> Result<()> {
    if shapes.contains(&got) {
        return Ok(());
    }
    let mut expected: Vec<String> = shapes.iter().map(|shape| listed(shape)).collect();
    expected.dedup();
    let expected = expected.join("] or [");
    Err(ErrorKind::Shape { kernel, argument, expected, got: got.to_vec() }.into())
}

/// Extents as errors write them.
pub fn listed(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An error that names the first element that a kernel found not to be what is `expected`, if it found one: its status
/// word is the complement of the element's place, or 0.
pub(crate) fn judged(
    operation: &'static str,
    argument: &'static str,
    expected: &'static str,
    status: &Buffer<u64>,
) -> Result<()> {
    match status.download()?[..] {
        [place] if place != 0 => Err(ErrorKind::Value { operation, argument, expected, index: !place }.into()),
        _ => Ok(()),
    }
}

/// The leading axes of a buffer, and it as rows: their number and their length.
pub(crate) fn rows<T: Element>(
    kernel: &'static str,
    argument: &'static str,
    buffer: &Buffer<T>,
) -> Result<(Vec<usize>, [usize; 2])> {
    let Some((&n, leading)) = buffer.shape().split_last() else {
        return Err(ErrorKind::Shape { kernel, argument, expected: ".., n".into(), got: vec![] }.into());
    };
    Ok((leading.to_vec(), [leading.iter().product(), n]))
}

/// The extents before an axis, of it and after it; a negative axis counts from the end.
pub(crate) fn around<T: Element>(kernel: &'static str, axis: i64, buffer: &Buffer<T>) -> Result<[usize; 3]> {
    let rank = buffer.shape().len() as i64;
    let condition = "an axis of its input, from -rank to rank - 1";
    require(kernel, (-rank..rank).contains(&axis), condition, || format!("axis = {axis} of {rank}"))?;
    let at = axis.rem_euclid(rank) as usize;
    let (before, rest) = buffer.shape().split_at(at);
    Ok([before.iter().product(), rest[0], rest[1..].iter().product()])
}

/// Refuses values under which a condition does not hold.
///
/// # Errors
/// `Requirement` with the condition and the values it was judged with.
pub fn require(
    kernel: &'static str,
    holds: bool,
    condition: &'static str,
    values: impl FnOnce() -> String,
) -> Result<()> {
    if holds { Ok(()) } else { Err(ErrorKind::Requirement { kernel, condition, values: values() }.into()) }
}
