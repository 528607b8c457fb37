//! Kernels on files.

use crate::sandbox::Sandbox;
use ndarray::{Array1, array};
use ndarray_npy::{read_npy, write_npy};

fn with_x() -> Sandbox {
    let sandbox = Sandbox::new();
    write_npy(sandbox.path().join("x.npy"), &array![1.0, 2.0, 3.0]).unwrap();
    sandbox
}

#[test]
fn a_kernel_goes_from_file_to_file() {
    let sandbox = with_x();
    assert_eq!(sandbox.done("kernels run digamma --input x=x.npy --output y=y.npy --device cpu"), "");
    let y: Array1<f64> = read_npy(sandbox.path().join("y.npy")).unwrap();
    let euler = -0.577_215_664_901_532_9;
    for (found, known) in y.iter().zip([euler, euler + 1.0, euler + 1.5]) {
        assert!((found - known).abs() < 1e-15, "{found} and {known}");
    }
}

#[test]
fn what_a_kernel_has_not_is_refused() {
    let refused = |rest: &str, message: &str| with_x().refuses(&format!("kernels run {rest}"), message);
    refused("digamma --input z=x.npy", "digamma has no --input `z`; it has x");
    refused("digamma --input x=x.npy --output x=y.npy", "digamma has no --output `x`; it has y");
    refused("digamma --input x=x.npy --param k=4", "digamma has no --param `k`; it has none");
    refused("shannon_entropy --output base=y.npy", "shannon_entropy has no --output `base`; it has entropy");
    refused("digamma --input x=x.npy --input x=x.npy", "--input x is given twice; give it once");
    refused("digamma --input x=x.npy", "nothing of digamma would be kept; add --output y=FILE.npy");
    refused("digamma --output y=y.npy", "digamma needs --input x=FILE.npy");
}
