//! Transfer-entropy networks from time series, on one GPU or on a CPU.
//!
//! The main job in a straight line: a [`Series`] is read or made, a plan judges every argument once, the
//! estimator runs, surrogates give p-values, and a network with its report comes out.
#![forbid(unsafe_code)]

pub mod catalogue;
pub mod error;
pub mod estimator;
mod exact;
pub mod information;
mod judge;
pub mod ksg;
pub mod network;
mod prepare;
pub mod progress;
pub mod report;
pub mod series;
pub mod significance;
mod surrogate;
pub mod transfer_entropy;

pub use error::{Error, ErrorKind, Result};
pub use series::Series;
