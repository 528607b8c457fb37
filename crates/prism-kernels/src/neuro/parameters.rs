//! How the operations of this family refuse their arguments.

use prism_device::{Buffer, Element, ErrorKind, Result};

/// The extents of a buffer, or an error that names the argument and the extents expected.
pub(super) fn extents<const D: usize, T: Element>(
    kernel: &'static str,
    argument: &'static str,
    expected: &str,
    buffer: &Buffer<T>,
) -> Result<[usize; D]> {
    let got = buffer.shape();
    got.try_into().map_err(|_| ErrorKind::Shape { kernel, argument, expected: expected.into(), got: got.into() }.into())
}

/// An error that names the condition and the value of the parameter, unless it holds.
pub(super) fn require(
    kernel: &'static str,
    holds: bool,
    condition: &'static str,
    (name, value): (&str, f64),
) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(ErrorKind::Requirement { kernel, condition, values: format!("{name} = {value}") }.into())
    }
}

/// An error when a kernel set its status word.
pub(super) fn judge(
    kernel: &'static str,
    status: &Buffer<u32>,
    argument: &'static str,
    fault: &'static str,
) -> Result<()> {
    if status.download()?.iter().all(|&word| word == 0) {
        return Ok(());
    }
    Err(ErrorKind::Data { kernel, argument, fault }.into())
}
