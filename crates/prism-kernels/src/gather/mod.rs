//! Rows of a table by their numbers.

mod embedding_lookup;
mod table_rows;

pub use embedding_lookup::{EmbeddingLookupSettings, embedding_lookup, embedding_lookup_i32};
pub use table_rows::{TABLE_ROWS, table_rows, table_rows_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&TABLE_ROWS];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] =
    &[embedding_lookup::embedding_lookup_i32_operation, embedding_lookup::embedding_lookup_operation];
