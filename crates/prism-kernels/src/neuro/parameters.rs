//! How the operations of this family refuse their parameters, and what their arguments hold.

use crate::argument;
use prism_device::{Buffer, ErrorKind, Result};

/// An error that names the condition and the value of the parameter, unless it holds.
pub(super) fn require(
    kernel: &'static str,
    holds: bool,
    condition: &'static str,
    (name, value): (&str, f64),
) -> Result<()> {
    argument::require(kernel, holds, condition, || format!("{name} = {value}"))
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
