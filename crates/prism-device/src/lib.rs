//! Runs kernels: devices, buffers, launch.

mod error;
pub use error::Error;
