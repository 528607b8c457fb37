//! What a device can refuse.

/// Why a kernel could not run.
#[derive(Debug, thiserror::Error)]
#[error("device")]
pub struct Error;
