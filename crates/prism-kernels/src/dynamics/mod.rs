//! Synchronisation, and the thermodynamics of Markov processes.

mod order_parameter;
mod phase_moments;
mod phase_order;

pub use order_parameter::{OrderParameter, order_parameter};
pub use phase_moments::{PHASE_MOMENTS, phase_moments, phase_moments_reference};
pub use phase_order::{PHASE_ORDER, phase_order, phase_order_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&PHASE_MOMENTS, &PHASE_ORDER];
