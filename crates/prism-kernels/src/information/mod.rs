//! Discrete information theory: entropies of rows of probabilities or counts, and the counts.
//!
//! Quantities are in units of the logarithm to `base`: nats for e, bits for 2.

mod conditional_entropy;
mod delay_vectors;
mod histogram_2d;
mod kl_divergence;
mod kl_divergence_parts;
mod miller_madow_entropy;
mod mutual_information;
mod pair_counts;
mod pair_sums;
mod plain;
mod row_extremes;
mod shannon_entropy;
mod shannon_entropy_join;
mod shannon_entropy_parts;
mod shannon_entropy_rows;
mod time_delayed_embedding;

pub use conditional_entropy::{CONDITIONAL_ENTROPY, conditional_entropy, conditional_entropy_reference};
pub use delay_vectors::{DELAY_VECTORS, delay_vector_count, delay_vectors, delay_vectors_reference};
pub use histogram_2d::{Histogram2d, Histogram2dSettings, histogram_2d};
pub use kl_divergence::kl_divergence;
pub use kl_divergence_parts::{KL_DIVERGENCE_PARTS, kl_divergence_parts, kl_divergence_parts_reference};
pub use miller_madow_entropy::{MILLER_MADOW_ENTROPY, miller_madow_entropy, miller_madow_entropy_reference};
pub use mutual_information::{MUTUAL_INFORMATION, mutual_information, mutual_information_reference};
pub use pair_counts::{PAIR_COUNTS, pair_counts, pair_counts_reference};
pub use pair_sums::{PAIR_SUMS, pair_sums, pair_sums_reference};
pub use row_extremes::{ROW_EXTREMES, row_extremes, row_extremes_reference};
pub use shannon_entropy::shannon_entropy;
pub use shannon_entropy_join::{SHANNON_ENTROPY_JOIN, shannon_entropy_join, shannon_entropy_join_reference};
pub use shannon_entropy_parts::{SHANNON_ENTROPY_PARTS, shannon_entropy_parts, shannon_entropy_parts_reference};
pub use shannon_entropy_rows::{SHANNON_ENTROPY_ROWS, shannon_entropy_rows, shannon_entropy_rows_reference};
pub use time_delayed_embedding::time_delayed_embedding;

/// What the base of a logarithm is.
pub static BASE: prism_device::Domain =
    prism_device::Domain { text: "0 < base < ∞ and base ≠ 1", holds: |b| b > 0.0 && b < f64::INFINITY && b != 1.0 };

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &SHANNON_ENTROPY_ROWS,
    &SHANNON_ENTROPY_PARTS,
    &SHANNON_ENTROPY_JOIN,
    &MILLER_MADOW_ENTROPY,
    &MUTUAL_INFORMATION,
    &CONDITIONAL_ENTROPY,
    &PAIR_COUNTS,
    &PAIR_SUMS,
    &ROW_EXTREMES,
    &KL_DIVERGENCE_PARTS,
    &DELAY_VECTORS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    histogram_2d::histogram_2d_operation,
    kl_divergence::kl_divergence_operation,
    shannon_entropy::shannon_entropy_operation,
    time_delayed_embedding::time_delayed_embedding_operation,
];
