//! The shape of images: which components and holes their sublevel sets have, and from where to where.
//!
//! A pixel is ordered by its value, equal ones by their places. Dimension 0 is the merge tree of the pixels added upwards;
//! dimension 1 is that of the complement, added downwards from a node outside. One chain of kernels computes both.

mod betti_curves;
mod classes;
mod descent_basins;
mod elder_merges;
mod euler_curve;
mod persistence_counts;
mod persistence_order;
mod persistence_pairs;
mod persistence_statistics;
mod pixel_levels;
mod pixel_tda;

#[cfg(test)]
mod pixel_tda_tests;
mod plain;
#[cfg(test)]
mod plain_homology;
mod steepest_descent;
mod trees;

pub use betti_curves::{BETTI_CURVES, betti_curves, betti_curves_reference};
pub use descent_basins::{DESCENT_BASINS, descent_basins, descent_basins_reference};
pub use elder_merges::{ELDER_MERGES, elder_merges, elder_merges_reference};
pub use euler_curve::{EULER_CURVE, euler_curve, euler_curve_reference};
pub use persistence_counts::{PERSISTENCE_COUNTS, persistence_counts, persistence_counts_reference};
pub use persistence_order::{PERSISTENCE_ORDER, persistence_order, persistence_order_reference};
pub use persistence_pairs::{PERSISTENCE_PAIRS, persistence_pairs, persistence_pairs_reference};
pub use persistence_statistics::{PERSISTENCE_STATISTICS, persistence_statistics, persistence_statistics_reference};
pub use pixel_levels::{PIXEL_LEVELS, pixel_levels, pixel_levels_reference};
pub use pixel_tda::{PixelTdaConstruction, PixelTdaOutputs, PixelTdaSettings, pixel_tda};
pub use steepest_descent::{STEEPEST_DESCENT, steepest_descent, steepest_descent_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &PIXEL_LEVELS,
    &STEEPEST_DESCENT,
    &DESCENT_BASINS,
    &ELDER_MERGES,
    &PERSISTENCE_COUNTS,
    &PERSISTENCE_PAIRS,
    &PERSISTENCE_ORDER,
    &BETTI_CURVES,
    &EULER_CURVE,
    &PERSISTENCE_STATISTICS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[pixel_tda::pixel_tda_operation];

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_sizes_have_inputs_that_the_references_take() {
        for entry in super::KERNELS {
            let verdict = entry.conform(&prism_device::Device::cpu(), 40, 200).unwrap();
            assert!(verdict.failure.is_none(), "{}: {verdict:?}", entry.name);
        }
    }
}
