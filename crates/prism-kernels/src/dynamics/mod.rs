//! Synchronisation, and the thermodynamics of Markov processes.

mod coherence;
mod couplings;
mod entropy_production;
mod kuramoto_evolution;
mod mean_field_stage;
mod mean_field_trajectory;
mod network_degree;
mod network_evolution;
mod network_stage;
mod order_parameter;
mod oscillator;
mod phase_moments;
mod phase_order;
mod production_per_step;
mod schnakenberg;
mod stationary;

pub use coherence::{COHERENCE, coherence, coherence_reference};
pub use entropy_production::{EntropyProduction, Form, entropy_production};
pub use kuramoto_evolution::{
    KuramotoEvolutionOutputs, KuramotoEvolutionSettings, Method, Normalisation, kuramoto_evolution,
};
pub use mean_field_stage::{MEAN_FIELD_STAGE, mean_field_stage, mean_field_stage_reference};
pub use mean_field_trajectory::{MEAN_FIELD_TRAJECTORY, mean_field_trajectory, mean_field_trajectory_reference};
pub use network_degree::{NETWORK_DEGREE, network_degree, network_degree_reference};
pub use network_stage::{NETWORK_STAGE, network_stage, network_stage_reference};
pub use order_parameter::{OrderParameter, order_parameter};
pub use phase_moments::{PHASE_MOMENTS, phase_moments, phase_moments_reference};
pub use phase_order::{PHASE_ORDER, phase_order, phase_order_reference};
pub use production_per_step::{PRODUCTION_PER_STEP, production_per_step, production_per_step_reference};
pub use schnakenberg::{SCHNAKENBERG, schnakenberg, schnakenberg_reference};
pub use stationary::{STATIONARY, stationary, stationary_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &PHASE_MOMENTS,
    &PHASE_ORDER,
    &MEAN_FIELD_TRAJECTORY,
    &MEAN_FIELD_STAGE,
    &NETWORK_DEGREE,
    &NETWORK_STAGE,
    &COHERENCE,
    &SCHNAKENBERG,
    &PRODUCTION_PER_STEP,
    &STATIONARY,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    entropy_production::entropy_production_operation,
    kuramoto_evolution::kuramoto_evolution_operation,
    order_parameter::order_parameter_operation,
];
