//! Images: what is in the neighbourhood of a pixel, and which pixels belong together.

mod footprint;
mod pixel_entropy;
mod pixel_entropy_few;
mod pixel_entropy_many;

pub use footprint::Footprint;
pub use pixel_entropy::pixel_entropy;
pub use pixel_entropy_few::{PIXEL_ENTROPY_FEW, pixel_entropy_few, pixel_entropy_few_reference};
pub use pixel_entropy_many::{PIXEL_ENTROPY_MANY, pixel_entropy_many, pixel_entropy_many_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&PIXEL_ENTROPY_FEW, &PIXEL_ENTROPY_MANY];
