//! Every operation and every kernel of this crate, by family.

use prism_device::{Entry, Operation};

/// Every kernel, family by family.
pub fn kernels() -> impl Iterator<Item = &'static Entry> {
    [
        crate::attention::KERNELS,
        crate::broadcast::KERNELS,
        crate::dynamics::KERNELS,
        crate::energy::KERNELS,
        crate::gather::KERNELS,
        crate::image::KERNELS,
        crate::information::KERNELS,
        crate::kalman::KERNELS,
        crate::knn::KERNELS,
        crate::ksg::KERNELS,
        crate::linalg::KERNELS,
        crate::map::KERNELS,
        crate::neuro::KERNELS,
        crate::norm::KERNELS,
        crate::quantum::KERNELS,
        crate::random::KERNELS,
        crate::recurrent::KERNELS,
        crate::reduce::KERNELS,
        crate::rows::KERNELS,
        crate::series::KERNELS,
        crate::special::KERNELS,
        crate::tensor::KERNELS,
        crate::topology::KERNELS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The kernel of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    kernels().find(|k| k.name == name)
}

/// Every operation: those composed of kernels, and the kernels that are one as they stand.
pub fn operations() -> impl Iterator<Item = Operation> {
    let whole = kernels().filter(|kernel| kernel.is_operation).map(Operation::of);
    let mut all: Vec<Operation> =
        OPERATIONS.iter().flat_map(|family| family.iter()).map(|make| make()).chain(whole).collect();
    all.sort_by_key(|operation| (operation.family(), operation.name));
    all.into_iter()
}

/// The operation of that name, or the kernel as one.
pub fn operation(name: &str) -> Option<Operation> {
    operations().find(|operation| operation.name == name).or_else(|| find(name).map(Operation::of))
}

/// The composed operations of every family.
const OPERATIONS: &[&[fn() -> Operation]] = &[
    crate::attention::OPERATIONS,
    crate::broadcast::OPERATIONS,
    crate::dynamics::OPERATIONS,
    crate::energy::OPERATIONS,
    crate::gather::OPERATIONS,
    crate::image::OPERATIONS,
    crate::information::OPERATIONS,
    crate::kalman::OPERATIONS,
    crate::linalg::OPERATIONS,
    crate::neuro::OPERATIONS,
    crate::norm::OPERATIONS,
    crate::quantum::OPERATIONS,
    crate::random::OPERATIONS,
    crate::recurrent::OPERATIONS,
    crate::reduce::OPERATIONS,
    crate::series::OPERATIONS,
    crate::tensor::OPERATIONS,
    crate::topology::OPERATIONS,
];
