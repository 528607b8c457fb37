//! Devices asked for and not there.

use crate::sandbox::{Sandbox, text};
use prism_device::Device;

#[test]
fn a_gpu_that_is_not_there() {
    if Device::cuda(99).is_ok() {
        return;
    }
    let output = Sandbox::with_good().run("te good.csv --device cuda:99");
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.starts_with("error: no CUDA d") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn any_gpu_where_there_is_none() {
    let Err(error) = Device::cuda(0) else { return };
    let output = Sandbox::with_good().run("te good.csv --device cuda");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text(&output.stderr), format!("error: {error}\n"));
}

#[test]
fn the_cpu_is_no_device_to_validate() {
    let output = Sandbox::with_good().run("kernels validate --device cpu");
    let message = "error: unsupported: validation compares a CUDA device with the CPU; use --device cuda on a machine \
                   that has one\n";
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), message));
}

#[test]
fn an_unknown_kernel_prints_nothing() {
    let message = "no kernel `nope`; `prism-ai kernels list` shows them";
    let likest = "no kernel `row_tokens`; did you mean `row_token`? `prism-ai kernels list` shows them";
    for command in ["validate", "bench"] {
        Sandbox::with_good().refuses(&format!("kernels {command} nope"), message);
        Sandbox::with_good().refuses(&format!("kernels {command} row_tokens"), likest);
    }
}

#[test]
fn threads_that_cannot_be() {
    for threads in [0, 100_000] {
        let message = format!("--threads: {threads} is not between 1 and 4096; leave it out for one a core");
        Sandbox::with_good().refuses(&format!("te good.csv --threads {threads}"), &message);
    }
}

#[test]
fn a_word_that_is_no_device() {
    let message = "invalid value 'gpu' for '--device <DEVICE>': use auto, cpu, cuda or cuda:N";
    Sandbox::with_good().misread("te good.csv --device gpu", message);
}
