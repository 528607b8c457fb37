//! Every kernel of this crate, by family.

use prism_device::Entry;

/// Every kernel, family by family.
pub fn kernels() -> impl Iterator<Item = &'static Entry> {
    [
        crate::dynamics::KERNELS,
        crate::energy::KERNELS,
        crate::image::KERNELS,
        crate::information::KERNELS,
        crate::kalman::KERNELS,
        crate::knn::KERNELS,
        crate::ksg::KERNELS,
        crate::map::KERNELS,
        crate::neuro::KERNELS,
        crate::norm::KERNELS,
        crate::recurrent::KERNELS,
        crate::rows::KERNELS,
        crate::series::KERNELS,
        crate::special::KERNELS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The kernel of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    kernels().find(|k| k.name == name)
}
