//! Functions of two arrays whose shapes need only fit: the broadcasting of `numpy`.
//!
//! Elements are `f16`, `bf16`, `f32` or `f64`; every result is the exact one, rounded once. Memory-bound: an element of the
//! result is written once, one of an operand is read once from memory.

mod axes;
mod broadcast_add;
mod broadcast_product;
mod broadcast_sum;
mod elementwise_multiply;
mod extents;

pub use broadcast_add::broadcast_add;
pub use broadcast_product::{BROADCAST_PRODUCT, broadcast_product, broadcast_product_reference};
pub use broadcast_sum::{BROADCAST_SUM, broadcast_sum, broadcast_sum_reference};
pub use elementwise_multiply::elementwise_multiply;
pub(crate) use extents::{broadcast, numbers};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&BROADCAST_PRODUCT, &BROADCAST_SUM];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] =
    &[broadcast_add::broadcast_add_operation, elementwise_multiply::elementwise_multiply_operation];

/// The elements of a thread; `FLAT` of the CUDA side.
const FLAT: u64 = 16;
