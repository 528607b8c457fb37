//! Free energy and what active inference chains are made of.

mod accuracy;
mod belief;
mod belief_errors;
mod belief_moves;
mod belief_steps;
mod categorical_terms;
mod expectation;
mod free_energy;
mod free_energy_join;
mod gaussian_log_density;
mod gemv;
mod gemv_rows;
mod kl_complexity;
mod weighted_sum;

pub use accuracy::{Accuracy, fused_accuracy_pipeline};
pub use belief::{Belief, fused_belief_update};
pub use belief_errors::{BELIEF_ERRORS, belief_errors, belief_errors_reference};
pub use belief_moves::{BELIEF_MOVES, belief_moves, belief_moves_reference};
pub use belief_steps::{BELIEF_STEPS, belief_steps, belief_steps_reference};
pub use categorical_terms::{CATEGORICAL_TERMS, categorical_terms, categorical_terms_reference};
pub use expectation::{EXPECTATION, expectation, expectation_reference};
pub use free_energy::{FreeEnergy, LOG_FLOOR, free_energy, free_energy_gaussian};
pub use free_energy_join::{FREE_ENERGY_JOIN, free_energy_join, free_energy_join_reference};
pub use gaussian_log_density::{GAUSSIAN_LOG_DENSITY, gaussian_log_density, gaussian_log_density_reference};
pub use gemv::gemv_axpby;
pub use gemv_rows::{GEMV_ROWS, gemv_rows, gemv_rows_reference};
pub use kl_complexity::{KlComplexity, fused_kl_complexity};
pub use weighted_sum::{WEIGHTED_SUM, weighted_sum, weighted_sum_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &CATEGORICAL_TERMS,
    &EXPECTATION,
    &FREE_ENERGY_JOIN,
    &GAUSSIAN_LOG_DENSITY,
    &WEIGHTED_SUM,
    &BELIEF_STEPS,
    &BELIEF_ERRORS,
    &BELIEF_MOVES,
    &GEMV_ROWS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    gemv::gemv_axpby_operation,
    accuracy::fused_accuracy_pipeline_operation,
    belief::fused_belief_update_operation,
    free_energy::free_energy_operation,
    free_energy::free_energy_gaussian_operation,
    kl_complexity::fused_kl_complexity_operation,
];
