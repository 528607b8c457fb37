//! One file a command: its options, and what it does in a straight line.

mod devices;
mod information;
mod pages;
mod summary;
mod transfer_entropy;

pub use devices::Devices;
pub use information::{Cmi, Entropy, Mi};
pub use pages::{Completions, Man};
pub use transfer_entropy::TransferEntropy;
