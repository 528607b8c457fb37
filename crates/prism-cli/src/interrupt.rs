//! Ctrl-C: asks a run to stop; a second one does not wait.

use anyhow::{Context, Result};
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C, SIGTERM and SIGHUP only ask to stop. Before, they end the process, which has written nothing.
pub fn listen() -> Result<()> {
    let ask = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(crate::exit::INTERRUPTED.into());
        }
    };
    ctrlc::set_handler(ask).context("cannot listen for Ctrl-C")
}

/// Whether to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
