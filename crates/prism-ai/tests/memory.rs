//! A network that does not fit the memory a GPU may take.

use prism_ai::progress::Silent;
use prism_ai::series::Series;
use prism_ai::transfer_entropy::{Plan, Settings};
use prism_device::Device;
use prism_device::memory::MemorySettings;
use prism_device::philox::Philox;

/// Channels of normal noise.
fn noise(channels: u64, samples: u64) -> Series {
    let values = (0..channels).map(|v| (0..samples).map(|t| Philox::new(3, v).normal(t)).collect()).collect();
    Series::new((0..channels).map(|v| format!("c{v}")).collect(), values).unwrap()
}

#[test]
fn batches_that_do_not_fit_are_halved_and_nothing_changes() {
    let limited = MemorySettings { limit: Some(24 << 20), ..MemorySettings::default() };
    let (Ok(gpu), Ok(small)) = (Device::cuda(0), Device::cuda_with(0, limited)) else { return };
    let settings = Settings { surrogates: 300, ..Settings::default() };
    let plan = Plan::new(noise(6, 3_000), settings).unwrap();
    let [whole, halved] = [&gpu, &small].map(|device| plan.run(device, &Silent).unwrap());
    assert_eq!(whole.pairs, halved.pairs);
    let [most, few] = [&gpu, &small].map(|device| device.memory_statistics().unwrap());
    assert_eq!(most.refusals, 0);
    assert!(few.refusals > 0 && few.most_held < most.most_held, "{few:?}, {most:?}");
}

/// The sources alone are more than the memory: they come up a few at a time, for surrogates, local values and both sweeps.
#[test]
fn a_recording_that_does_not_fit_gives_the_same_network() {
    let limited = MemorySettings { limit: Some(6 << 20), ..MemorySettings::default() };
    let (Ok(gpu), Ok(small)) = (Device::cuda(0), Device::cuda_with(0, limited)) else { return };
    let settings = Settings { surrogates: 3, local: true, targets: Some(vec![3, 17]), ..Settings::default() };
    let plan = Plan::new(noise(32, 20_000), settings).unwrap();
    let [whole, parts] = [&gpu, &small].map(|device| plan.run(device, &Silent).unwrap());
    assert_eq!(whole.pairs, parts.pairs);
    let most = small.memory_statistics().unwrap().most_held;
    assert!(most <= 6 << 20, "{most} bytes were held");
}
