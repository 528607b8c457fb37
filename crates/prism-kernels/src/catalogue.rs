//! Every kernel of this crate, by family.

use prism_device::Entry;

/// Every kernel, family by family.
pub fn kernels() -> impl Iterator<Item = &'static Entry> {
    [
        crate::image::KERNELS,
        crate::information::KERNELS,
        crate::knn::KERNELS,
        crate::ksg::KERNELS,
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
