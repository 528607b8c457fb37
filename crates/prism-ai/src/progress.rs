//! How a long run says how far it is, and learns that it should stop.

/// Hears how a run goes on and says whether it should stop.
///
/// The unit of work is an estimate: one pair at one delay, observed or with one surrogate. Runs call from any thread,
/// at least every few hundred milliseconds.
pub trait Progress: Sync {
    /// The run begins; it will make `total` estimates.
    fn begin(&self, total: u64) {
        let _ = total;
    }

    /// `done` more estimates are finished.
    fn advance(&self, done: u64) {
        let _ = done;
    }

    /// Whether to stop: the run then returns [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) soon.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Hears nothing and never stops a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {}
