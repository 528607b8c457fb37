//! The two streams: results go to stdout, everything said about them to stderr.

use anyhow::Result;
use serde_json::Value;
use std::io::{self, Write};

/// Writes results to stdout.
pub fn print(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

/// Writes results to stdout. A reader that has left, such as `head`, is no fault.
pub fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes one JSON object and a line end to stdout.
pub fn print_json(value: &Value) -> Result<()> {
    print(&format!("{value}\n"))
}

/// Writes a line to stderr. There is nowhere to complain when that fails.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
