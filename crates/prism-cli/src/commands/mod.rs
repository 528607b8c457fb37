//! One file a command: its options, and what it does in a straight line.

mod bench;
mod devices;
mod information;
mod memory;
mod pages;
mod summary;
mod transfer_entropy;
mod tune;

pub use bench::BenchCommand;
pub use devices::Devices;
pub use information::{Cmi, Entropy, Mi};
pub use memory::MemoryCommand;
pub use pages::{Completions, Man};
pub use transfer_entropy::TransferEntropy;
pub use tune::Tune;
