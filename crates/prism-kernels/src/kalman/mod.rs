//! Kalman filters: batches of linear Gaussian state-space models.

mod filter_step;
mod inputs;
mod large;
mod plain;
mod smooth;
mod smooth_large;
mod smoother;
mod step;
mod steps;
#[cfg(test)]
mod tests;

pub use filter_step::{Filtered, kalman_filter_step, kalman_filter_steps};
pub use large::{KALMAN_LARGE, kalman_large, kalman_large_reference};
pub use smooth::{KALMAN_SMOOTH, kalman_smooth, kalman_smooth_reference};
pub use smooth_large::{KALMAN_SMOOTH_LARGE, kalman_smooth_large, kalman_smooth_large_reference};
pub use smoother::{Smoothed, kalman_smoother};
pub use step::{KALMAN_STEP, kalman_step, kalman_step_reference};
pub use steps::{KALMAN_STEPS, kalman_steps, kalman_steps_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] =
    &[&KALMAN_STEP, &KALMAN_STEPS, &KALMAN_LARGE, &KALMAN_SMOOTH, &KALMAN_SMOOTH_LARGE];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    filter_step::kalman_filter_step_operation,
    filter_step::kalman_filter_steps_operation,
    smoother::kalman_smoother_operation,
];
