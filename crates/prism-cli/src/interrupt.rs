//! Ctrl-C: a run is asked to stop, and ended when it does not stop soon; results are put in place whole or not at all.

use crate::{exit, output};
use anyhow::{Context, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// How long a run may take to stop by itself: one estimate of a long recording takes longer.
const PATIENCE: Duration = Duration::from_millis(500);

static ASKED: AtomicBool = AtomicBool::new(false);
static WRITING: Mutex<()> = Mutex::new(());
static SAID: Once = Once::new();

/// From here on Ctrl-C, SIGTERM and SIGHUP ask the run to stop. Before, they end the process, which has written nothing.
pub fn listen() -> Result<()> {
    let stop = || {
        ASKED.store(true, Ordering::Relaxed);
        std::thread::sleep(PATIENCE);
        whole(|| {
            say();
            std::process::exit(exit::INTERRUPTED.into());
        });
    };
    ctrlc::set_handler(stop).context("cannot listen for Ctrl-C")
}

/// Whether to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Does what must not end in the middle.
pub fn whole<T>(work: impl FnOnce() -> T) -> T {
    let _guard = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}

/// Says that the run was interrupted, once.
pub fn say() {
    SAID.call_once(|| output::say("error: interrupted"));
}
