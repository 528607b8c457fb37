//! Functions of rows: softmax and normalisation along the last axis.
//!
//! Elements are `f16`, `bf16`, `f32` and, for softmax, `f64`; the first two are computed in `f32` and rounded once. Memory-bound: a row
//! that fits a block's registers is read once and written once.

mod layer_norm;
mod softmax;

pub use layer_norm::{LAYER_NORM, layer_norm, layer_norm_reference};
pub use softmax::{SOFTMAX, softmax, softmax_reference};

/// The sum in double precision, of errors that do not grow with the number of terms (Neumaier 1974).
fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, lost) = terms.into_iter().fold((0.0f64, 0.0), |(sum, lost), term| {
        let next = sum + term;
        let missing = if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        (next, lost + missing)
    });
    if lost.is_finite() { sum + lost } else { sum }
}

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&LAYER_NORM, &SOFTMAX];
