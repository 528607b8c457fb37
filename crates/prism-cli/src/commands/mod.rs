//! One file a command: its options, and what it does in a straight line.

mod information;
mod pages;
mod summary;
mod transfer_entropy;

pub use information::{Cmi, Entropy, Mi};
pub use pages::{Completions, Man};
pub use transfer_entropy::TransferEntropy;
