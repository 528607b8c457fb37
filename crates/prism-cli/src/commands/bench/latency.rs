//! How long the host waits for a small job, from asking for it to its end.

use super::churn::request;
use super::figures::Figures;
use anyhow::{Result, bail};
use prism_ai::ksg::{KsgTransferEntropySettings, ksg_transfer_entropy};
use prism_device::memory::Memory;
use prism_device::philox::Philox;
use prism_device::{Buffer, Device, Samples};
use prism_kernels::map::relu;
use std::time::Instant;

/// An allocation and its return, by bytes.
const ALLOCATIONS: [(&str, usize); 4] = [
    ("allocate_256_b", 256),
    ("allocate_64_kib", 64 << 10),
    ("allocate_1_mib", 1 << 20),
    ("allocate_64_mib", 64 << 20),
];
/// One kernel that touches each element once, by elements.
const LAUNCHES: [(&str, usize); 2] = [("launch_1k", 1 << 10), ("launch_1m", 1 << 20)];
/// One transfer entropy of channels on the device, by samples.
const ESTIMATES: [(&str, usize); 1] = [("transfer_entropy_1000", 1000)];
/// A copy to the device, by elements of four bytes.
const UPLOADS: [(&str, usize); 2] = [("upload_4_kib", 1 << 10), ("upload_1_mib", 1 << 18)];
/// A copy to the host, by elements of four bytes.
const DOWNLOADS: [(&str, usize); 2] = [("download_4_kib", 1 << 10), ("download_1_mib", 1 << 18)];

/// Pairs of an allocation and its return that are timed together: a clock costs as much as one.
const TOGETHER: u32 = 16;

/// Runs before those that count: kernels are loaded and memory is there.
const WARM_UP: u32 = 10;

/// What is measured, as contracts name it.
pub fn names() -> impl Iterator<Item = &'static str> {
    let lists = [&ALLOCATIONS[..], &LAUNCHES, &ESTIMATES, &UPLOADS, &DOWNLOADS];
    lists.into_iter().flatten().map(|(name, _)| *name)
}

/// Measures all of them, so many times each.
pub fn measure(device: &Device, memory: &dyn Memory, samples: u32, figures: &mut Figures) -> Result<()> {
    for (name, bytes) in ALLOCATIONS {
        let pairs = || (0..TOGETHER).try_for_each(|_| pair(memory, bytes));
        figures.latency(name, &times(samples, TOGETHER, pairs)?)?;
    }
    for (name, n) in LAUNCHES {
        let (x, mut y) = (normal(device, n, 0)?, device.zeros(&[n])?);
        let launch = || Ok(relu(&x, &mut y).and_then(|()| device.synchronize())?);
        figures.latency(name, &times(samples, 1, launch)?)?;
    }
    for (name, n) in ESTIMATES {
        let (source, target) = (normal(device, n, 1)?, normal(device, n, 2)?);
        let settings = KsgTransferEntropySettings::default();
        let estimate = || Ok(ksg_transfer_entropy(&source, &target, &[], &settings)?.te.download().map(drop)?);
        figures.latency(name, &times(samples, 1, estimate)?)?;
    }
    copies(device, samples, figures)
}

fn copies(device: &Device, samples: u32, figures: &mut Figures) -> Result<()> {
    for (name, n) in UPLOADS {
        let host = vec![1.0f32; n];
        let upload = || Ok(device.upload(&host, &[n]).and_then(|_| device.synchronize())?);
        figures.latency(name, &times(samples, 1, upload)?)?;
    }
    for (name, n) in DOWNLOADS {
        let buffer = normal(device, n, 3)?;
        figures.latency(name, &times(samples, 1, || Ok(buffer.download().map(drop)?))?)?;
    }
    Ok(())
}

/// Microseconds of each of the jobs that are `together` in one `job`.
fn times(samples: u32, together: u32, mut job: impl FnMut() -> Result<()>) -> Result<Samples> {
    (0..WARM_UP).try_for_each(|_| job())?;
    let time = |_| {
        let start = Instant::now();
        job()?;
        Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(together))
    };
    Ok(Samples::of((0..samples).map(time).collect::<Result<_>>()?))
}

fn pair(memory: &dyn Memory, bytes: usize) -> Result<()> {
    let request = request(bytes as u64, 0);
    let Ok(block) = memory.allocate(request) else { bail!("{bytes} bytes were refused") };
    memory.free(block, request.stream);
    Ok(())
}

/// So many normal numbers on a device.
fn normal(device: &Device, n: usize, stream: u64) -> Result<Buffer<f32>> {
    let draws = Philox::new(0, stream);
    let numbers: Vec<f32> = (0..n as u64).map(|i| draws.normal(i) as f32).collect();
    Ok(device.upload(&numbers, &[n])?)
}
