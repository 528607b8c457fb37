//! Special functions, element by element.

mod digamma;

pub use digamma::{DIGAMMA, digamma, digamma_f64, digamma_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&DIGAMMA];
