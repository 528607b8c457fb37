//! Neurons that integrate and fire, and what they learn.

mod activation;
mod branch;
mod dendrite_branches;
mod dendrite_soma;
mod dendritic_integration;
mod leaky_integrate_fire;
mod lif_steps;
mod parameters;
mod plasticity;
mod reservoir_drive;
mod reservoir_run;
mod reservoir_scale;
mod reservoir_step;
mod reservoir_update;
mod ridge_readout;
mod spike_indices;
mod spike_list;
mod spike_starts;
mod stdp_dense;
mod stdp_sparse;
mod stdp_traces;
mod stdp_update;
mod weights;

pub use activation::Activation;
pub use branch::Branch;
pub use dendrite_branches::{DENDRITE_BRANCHES, dendrite_branches, dendrite_branches_reference};
pub use dendrite_soma::{DENDRITE_SOMA, dendrite_soma, dendrite_soma_reference};
pub use dendritic_integration::{Dendrites, DendriticSettings, dendritic_integration};
pub use leaky_integrate_fire::{LeakyIntegrateFireSettings, Spiking, leaky_integrate_fire};
pub use lif_steps::{LIF_STEPS, lif_steps, lif_steps_reference};
pub use reservoir_run::{RESERVOIR_RUN, reservoir_run, reservoir_run_reference};
pub use reservoir_scale::{ReservoirScaleSettings, ScaledReservoir, reservoir_scale};
pub use reservoir_step::{RESERVOIR_STEP, reservoir_step, reservoir_step_reference};
pub use reservoir_update::{Reservoir, ReservoirSettings, reservoir_update};
pub use ridge_readout::ridge_readout;
pub use spike_indices::{SPIKE_INDICES, spike_indices, spike_indices_reference};
pub use spike_list::{SpikeList, spike_list};
pub use spike_starts::{SPIKE_STARTS, spike_starts, spike_starts_reference};
pub use stdp_dense::{STDP_DENSE, stdp_dense, stdp_dense_reference};
pub use stdp_sparse::{STDP_SPARSE, stdp_sparse, stdp_sparse_reference};
pub use stdp_traces::{STDP_TRACES, stdp_traces, stdp_traces_reference};
pub use stdp_update::{StdpSettings, stdp_update};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &LIF_STEPS,
    &SPIKE_STARTS,
    &SPIKE_INDICES,
    &RESERVOIR_STEP,
    &RESERVOIR_RUN,
    &DENDRITE_BRANCHES,
    &DENDRITE_SOMA,
    &STDP_DENSE,
    &STDP_SPARSE,
    &STDP_TRACES,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    dendritic_integration::dendritic_integration_operation,
    leaky_integrate_fire::leaky_integrate_fire_operation,
    reservoir_scale::reservoir_scale_operation,
    reservoir_update::reservoir_update_operation,
    ridge_readout::ridge_readout_operation,
    stdp_update::stdp_update_operation,
];

/// The words of a bit mask of `n` neurons: neuron `i` is bit `i mod 32` of word `i / 32`.
pub const fn words(n: u64) -> u64 {
    n.div_ceil(32)
}
