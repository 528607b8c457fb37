//! Nearest neighbours under the max norm.

mod radius;

pub use radius::{KNN_RADIUS, knn_radius, knn_radius_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&KNN_RADIUS];
