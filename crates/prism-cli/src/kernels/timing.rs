//! How long calls of an operation take.

use crate::output;
use anyhow::Result;
use prism_device::conformance::Value;
use prism_device::operation::Call;
use prism_device::{Device, Error, Operation, Samples};
use std::time::{Duration, Instant};

/// Prints the median times of calls: with the copies of inputs and outputs, without them, and of the kernels alone.
pub fn print(
    operation: &Operation,
    device: &Device,
    times: usize,
    call: impl Fn() -> Result<Call<'static>, Error>,
) -> Result<()> {
    let calls: Vec<[f64; 3]> = (0..times).map(|_| time(operation, device, &call)).collect::<Result<_, _>>()?;
    let median = |which: usize| Samples::of(calls.iter().map(|call| call[which]).collect()).median();
    let (name, device) = (operation.name, device.model().unwrap_or("the CPU"));
    let [copied, whole, kernels] = [0, 1, 2].map(median);
    output::print(&format!(
        "{name}: {whole:.4} ms, of which kernels {kernels:.4} ms; with copies {copied:.4} ms; medians of {times} on {device}\n"
    ))
}

/// Milliseconds of one call with copies, without, and of its kernels.
fn time(
    operation: &Operation,
    device: &Device,
    call: impl Fn() -> Result<Call<'static>, Error>,
) -> Result<[f64; 3], Error> {
    let begin = Instant::now();
    let (call, mut made) = (call()?, Vec::new());
    let uploaded = Instant::now();
    let kernels = device.time(|| {
        made = operation.run(call)?;
        Ok(())
    })?;
    let whole = uploaded.elapsed();
    for (_, buffer) in &made {
        Value::of(buffer.as_ref())?;
    }
    let milliseconds = |t: Duration| t.as_secs_f64() * 1e3;
    Ok([milliseconds(begin.elapsed()), milliseconds(whole), kernels])
}
