//! What a run leaves behind: tables, matrices, a graph, pictures.
//!
//! Everything goes through an [`OutputDir`], which puts a whole set of results in place or none of it. [`table`] and
//! [`to_json`] say the same network on a terminal and to a machine.

mod csv;
mod graphml;
mod json;
mod matrix;
mod output;
mod picture;
mod table;

pub use json::to_json;
pub use output::OutputDir;
pub use picture::MAX_PICTURED;
pub use table::table;

#[cfg(test)]
mod samples;
