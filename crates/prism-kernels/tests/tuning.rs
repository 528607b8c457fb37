//! Kernels of the catalogue as something to tune. What needs a GPU passes at once on a machine without one.

use prism_device::occupancy::{ComputeCapability, GpuProperties};
use prism_device::tune::{Grid, Origin, PerformanceTuner, ProfileStore, Space, Tuning};
use prism_device::{BlockSize, Device, DeviceSettings, Dtype, Entry};
use prism_kernels::catalogue;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn hopper() -> GpuProperties {
    GpuProperties::published("NVIDIA H200", ComputeCapability { major: 9, minor: 0 }, 132).unwrap()
}

fn kernel(name: &str) -> &'static Entry {
    catalogue::find(name).unwrap()
}

fn blocks(space: &Space) -> Vec<u32> {
    space.candidates().iter().map(|candidate| candidate.config.block_size).collect()
}

#[test]
fn a_candidate_is_a_block_size_that_covers_the_work() {
    for kernel in catalogue::kernels().filter(|kernel| kernel.candidates().len() > 1) {
        for (&element, sizes) in kernel.elements().iter().flat_map(|e| kernel.benches.iter().map(move |s| (e, s))) {
            let of = |name: &str| sizes.iter().find(|(n, _)| *n == name).map_or(0, |(_, value)| *value);
            let quantities: Vec<u64> = kernel.quantity_names().map(of).collect();
            let space = Space::of_kernel(kernel, element, &quantities, 32, &hopper()).unwrap();
            assert_eq!(blocks(&space), kernel.candidates(), "{}", kernel.name);
            let threads = (kernel.threads)(&quantities, element.size());
            for candidate in space.candidates() {
                let (block, grid) = (u64::from(candidate.config.block_size), u64::from(candidate.config.grid_size));
                assert!(block % 32 == 0 && block * grid >= threads && block * (grid - 1) < threads, "{}", kernel.name);
            }
        }
    }
}

#[test]
fn what_no_multiprocessor_holds_is_no_candidate() {
    let space = Space::of_kernel(kernel("digamma"), Dtype::F32, &[1_000_000], 200, &hopper()).unwrap();
    assert_eq!(blocks(&space), [256, 128]);
}

#[test]
fn tuning_says_what_it_cannot_do() {
    let tuner = PerformanceTuner::new();
    let said = |name| tuner.tune_kernel(kernel(name), Dtype::F32, &[], &Device::cpu()).unwrap_err().to_string();
    assert_eq!(said("digamma"), "unsupported: digamma: tuning measures on a GPU, not on cpu");
    assert_eq!(said("softmax_long_rows"), "unsupported: softmax_long_rows: one block size and nothing to tune");
}

#[test]
fn a_candidate_that_does_not_run_is_counted_and_the_device_is_well() {
    let Ok(gpu) = Device::cuda(0) else { return };
    let sum = kernel("broadcast_sum");
    let wide = Entry { block: BlockSize::Candidates(&[256, 128, 1024]), ..*sum };
    let tuner = PerformanceTuner::with_algorithm(Grid);
    let sizes = sum.benches[0];
    let profile = tuner.tune_kernel(&wide, Dtype::F32, sizes, &gpu).unwrap();
    assert_eq!((profile.tried, profile.failed, profile.refused), (3, 1, 0), "it is compiled for 256 threads at most");
    assert!(profile.best.config.block_size <= 256);
    assert_eq!(sum.conform(&gpu, 100, 20).unwrap().failure, None);
}

fn open(tuning: Tuning, directory: &TempDir) -> Option<Device> {
    let profiles = Some(directory.path().join("tuning.jsonl"));
    Device::cuda_with(0, DeviceSettings { tuning, profiles, ..DeviceSettings::default() }).ok()
}

/// The bits of an exact kernel do not hang on how its launches are tuned.
#[test]
fn every_mode_gives_the_same_bits() {
    let (exact, directory) = (kernel("fused_te_reduction"), TempDir::new().unwrap());
    let case = exact.case(exact.benches[0], Dtype::F32, 1);
    let mut first = None;
    for tuning in [Tuning::Off, Tuning::Automatic, Tuning::Profiles] {
        let Some(gpu) = open(tuning, &directory) else { return };
        for _ in 0..100 {
            let got = exact.run_case(&gpu, &case).unwrap();
            match &first {
                None => first = Some(got),
                Some(first) => assert!(*first == got, "{tuning}"),
            }
        }
    }
}

/// Launches without a profile are tuned beside, each sizes' once, and the device's end is the tuner's.
#[test]
fn what_has_no_profile_is_tuned_beside_and_kept() {
    let directory = TempDir::new().unwrap();
    let Some(gpu) = open(Tuning::Automatic, &directory) else { return };
    let (digamma, relu) = (kernel("digamma"), kernel("relu"));
    let store = ProfileStore::at(directory.path().join("tuning.jsonl"), Origin::of(&gpu).unwrap());
    let kept = || store.load(|_| true).profiles;
    for begun in std::iter::repeat_n(Instant::now(), 10_000) {
        for (kernel, n) in [(digamma, 1000), (digamma, 900), (relu, 200_000)] {
            kernel.run_case(&gpu, &kernel.case(&[("n", n)], Dtype::F32, 0)).unwrap();
        }
        if kept().len() == 2 || begun.elapsed() > Duration::from_secs(30) {
            break;
        }
    }
    let mut names: Vec<String> = kept().iter().map(|profile| profile.kernel.clone()).collect();
    names.sort();
    assert_eq!(names, ["digamma_f32", "relu_f32"]);
    drop(gpu);
    let gpu = open(Tuning::Profiles, &directory).unwrap();
    let case = digamma.case(&[("n", 1000)], Dtype::F32, 0);
    assert_eq!(digamma.run_case(&gpu, &case).unwrap().len(), case.values.len());
}
