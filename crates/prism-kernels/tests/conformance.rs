//! Every kernel on every GPU of this machine against its reference, at the smaller of its sizes.

use prism_device::Device;
use prism_kernels::catalogue;

#[test]
fn every_kernel_conforms_on_every_gpu() {
    for device in Device::all().iter().filter(|device| device.is_cuda()) {
        for kernel in catalogue::kernels() {
            let verdict = kernel.conform(device, 300, 200).unwrap();
            assert_eq!(verdict.failure, None, "{} on {device}", kernel.name);
        }
    }
}
