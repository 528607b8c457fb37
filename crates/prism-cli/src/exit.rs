//! What an error means to the caller of the program.

use prism_ai::ErrorKind;
use std::fmt;
use std::process::ExitCode;

const ELSE: u8 = 1;
const BAD_INPUT: u8 = 2;
const NO_DEVICE: u8 = 3;
const OUT_OF_MEMORY: u8 = 4;
const BROKEN: u8 = 5;
/// 128 + SIGINT, what shells expect of a program that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// Bad usage that only the command can judge, in one sentence.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// A contract that was not kept, in one sentence.
#[derive(Debug)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

/// The exit code of an error.
pub fn code(error: &anyhow::Error) -> ExitCode {
    let code = if let Some(error) = error.downcast_ref::<prism_ai::Error>() {
        match error.kind() {
            ErrorKind::Device(error) => device(error),
            ErrorKind::Interrupted => INTERRUPTED,
            _ => BAD_INPUT,
        }
    } else if error.is::<Usage>() {
        BAD_INPUT
    } else if error.is::<Broken>() {
        BROKEN
    } else {
        error.downcast_ref::<prism_device::Error>().map_or(ELSE, device)
    };
    ExitCode::from(code)
}

/// Whether the user stopped the run.
pub fn is_interrupt(error: &anyhow::Error) -> bool {
    use prism_device::ErrorKind::Cancelled;
    error.downcast_ref::<prism_ai::Error>().is_some_and(|error| matches!(error.kind(), ErrorKind::Interrupted))
        || error.downcast_ref::<prism_device::Error>().is_some_and(|error| matches!(error.kind(), Cancelled))
}

/// Whether the device had too little memory.
pub fn is_out_of_memory(error: &anyhow::Error) -> bool {
    error.downcast_ref::<prism_device::Error>().is_some_and(prism_device::Error::is_out_of_memory)
}

fn device(error: &prism_device::Error) -> u8 {
    match error.kind() {
        _ if error.is_no_device() => NO_DEVICE,
        _ if error.is_out_of_memory() => OUT_OF_MEMORY,
        prism_device::ErrorKind::Driver { .. } => ELSE,
        prism_device::ErrorKind::Cancelled => INTERRUPTED,
        _ => BAD_INPUT,
    }
}
