//! The nearest-neighbour estimators as operations of the catalogue: buffers in, information out.
//!
//! They are the estimates of `mi`, `cmi` and `te` without a file around them: the same preparation, search and sums, so
//! the same bits. What the commands refuse for the user's sake, a constant channel, is here data like any other.

mod conditional_mutual_information;
mod ksg_mutual_information;
mod ksg_transfer_entropy;
mod problems;
mod settings;
#[cfg(test)]
mod tests;
mod variable;

pub use conditional_mutual_information::conditional_mutual_information;
pub use ksg_mutual_information::ksg_mutual_information;
pub use ksg_transfer_entropy::{KsgTransferEntropy, ksg_transfer_entropy};
pub use problems::KsgInformation;
pub use settings::{EmbeddingSettings, KsgSettings, KsgTransferEntropySettings};

/// The operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    conditional_mutual_information::conditional_mutual_information_operation,
    ksg_mutual_information::ksg_mutual_information_operation,
    ksg_transfer_entropy::ksg_transfer_entropy_operation,
];
