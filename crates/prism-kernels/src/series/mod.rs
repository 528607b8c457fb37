//! Time series: models fitted to, and forecasts of, batches of recordings.

mod ar_fit;
mod ar_forecast;
mod ar_plain;
#[cfg(test)]
mod ar_tests;

pub use ar_fit::{AR_FIT, ar_fit, ar_fit_reference};
pub use ar_forecast::{ArForecast, Fit, Trend, ar_forecast};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&AR_FIT];
