//! The options that commands share, in groups, and what they mean to the library.

mod data;
mod estimation;
mod network;
mod parse;
mod run;

pub use data::Data;
pub use estimation::Estimate;
pub use network::{Embedding, Significance};
pub use run::Compute;
