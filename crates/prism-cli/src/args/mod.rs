//! The options that commands share, in groups, and what they mean to the library.

mod data;
mod estimation;
mod network;
mod parse;
mod place;
mod run;

pub use data::Data;
pub use estimation::Estimate;
pub use network::{Embedding, Significance};
pub use place::Place;
pub use run::Compute;
