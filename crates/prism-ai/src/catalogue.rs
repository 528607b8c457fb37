//! Every operation: those of the kernels, and the estimators over them.

use crate::ksg;
use prism_device::Operation;
use prism_kernels::catalogue;

/// Every operation, by family and name.
pub fn operations() -> impl Iterator<Item = Operation> {
    let mut all: Vec<Operation> = estimators().chain(catalogue::operations()).collect();
    all.sort_by_key(|operation| (operation.family(), operation.name));
    all.into_iter()
}

/// The operation of that name, or the kernel as one.
pub fn operation(name: &str) -> Option<Operation> {
    estimators().find(|operation| operation.name == name).or_else(|| catalogue::operation(name))
}

fn estimators() -> impl Iterator<Item = Operation> {
    ksg::OPERATIONS.iter().map(|make| make())
}

#[cfg(test)]
mod tests {
    use super::{operation, operations};

    #[test]
    fn every_name_stands_there_once_and_is_found() {
        let names: Vec<&str> = operations().map(|operation| operation.name).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name} is listed twice");
            assert_eq!(operation(name).unwrap().name, *name);
        }
        assert!(names.contains(&"ksg_transfer_entropy") && names.contains(&"relu"));
    }
}
