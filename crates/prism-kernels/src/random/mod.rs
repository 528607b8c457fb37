//! Random numbers, and tokens drawn by them; the largest elements that these are drawn from.
//!
//! Words are those of Philox4x32-10: a number depends on nothing but its seed, its stream and its place there.

mod philox_normal;
mod philox_uniform;
mod random_normal;
mod random_uniform;
mod row_token;
mod row_top;
mod row_top_short;
mod top_k;
mod top_k_sampling;
#[cfg(test)]
mod top_k_sampling_tests;

pub use philox_normal::{PHILOX_NORMAL, philox_normal, philox_normal_reference};
pub use philox_uniform::{PHILOX_UNIFORM, Uniform, philox_uniform, philox_uniform_reference};
pub use random_normal::{RandomNormalSettings, random_normal};
pub use random_uniform::{RandomUniformSettings, random_uniform};
pub use row_token::{ROW_TOKEN, row_token, row_token_reference};
pub use row_top::{ROW_TOP, row_top, row_top_reference};
pub use row_top_short::{ROW_TOP_SHORT, row_top_short, row_top_short_reference};
pub use top_k::{TopK, TopKSettings, top_k};
pub use top_k_sampling::{TopKSampling, TopKSamplingSettings, top_k_sampling};

use crate::argument::require;
use prism_device::{Entry, Operation, Result};

/// The kernels of this family.
pub const KERNELS: &[&Entry] = &[&PHILOX_NORMAL, &PHILOX_UNIFORM, &ROW_TOKEN, &ROW_TOP, &ROW_TOP_SHORT];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> Operation] = &[
    random_normal::random_normal_operation,
    random_uniform::random_uniform_operation,
    top_k::top_k_operation,
    top_k_sampling::top_k_sampling_operation,
];

/// The numbers that a thread draws; `DRAWN` of the CUDA side.
const DRAWN: u64 = 32;

/// The extents of what is drawn and its number of elements, which the stream must have behind `offset`.
fn extents(name: &'static str, shape: &[u64], offset: u64) -> Result<(Vec<usize>, usize)> {
    let extents: Option<Vec<usize>> = shape.iter().map(|&extent| extent.try_into().ok()).collect();
    let count = shape.iter().try_fold(1u64, |count, &extent| count.checked_mul(extent));
    let bytes = count.and_then(|count| count.checked_mul(8)).and_then(|bytes| isize::try_from(bytes).ok());
    let numbers = || format!("shape = {shape:?}, offset = {offset}");
    require(name, extents.is_some() && bytes.is_some(), "a shape that fits in memory", numbers)?;
    let count = count.unwrap_or_default();
    require(name, offset.checked_add(count).is_some(), "offset + elements < 2^64", numbers)?;
    Ok((extents.unwrap_or_default(), count as usize))
}
