//! Synchronisation, and the thermodynamics of Markov processes.

mod entropy_production;
mod order_parameter;
mod phase_moments;
mod phase_order;
mod production_per_step;
mod schnakenberg;
mod stationary;

pub use entropy_production::{EntropyProduction, Form, entropy_production};
pub use order_parameter::{OrderParameter, order_parameter};
pub use phase_moments::{PHASE_MOMENTS, phase_moments, phase_moments_reference};
pub use phase_order::{PHASE_ORDER, phase_order, phase_order_reference};
pub use production_per_step::{PRODUCTION_PER_STEP, production_per_step, production_per_step_reference};
pub use schnakenberg::{SCHNAKENBERG, schnakenberg, schnakenberg_reference};
pub use stationary::{STATIONARY, stationary, stationary_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] =
    &[&PHASE_MOMENTS, &PHASE_ORDER, &SCHNAKENBERG, &PRODUCTION_PER_STEP, &STATIONARY];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] =
    &[entropy_production::entropy_production_operation, order_parameter::order_parameter_operation];
