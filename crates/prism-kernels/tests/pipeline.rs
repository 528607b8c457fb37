//! Kernels through a pipeline: on a GPU where there is one, else on the CPU.

use prism_device::memory::MemorySettings;
use prism_device::{Buffer, Device, Error, Pinned, Pipeline};
use prism_kernels::map::{relu, vector_add};
use std::collections::VecDeque;

/// Elements of a chunk, and how often its kernel runs: on the CPU there are no lanes to keep busy.
fn work(device: &Device, kernels: usize) -> (usize, usize) {
    if device.is_cuda() { (1 << 18, kernels) } else { (1 << 10, 1) }
}

fn device() -> Device {
    let settings = MemorySettings { limit: Some(64 << 20), ..MemorySettings::default() };
    Device::cuda_with(0, settings).unwrap_or_else(|_| Device::cpu())
}

fn element(chunk: usize, i: usize) -> f32 {
    (chunk * 31 + i * 7) as f32 % 1000.0 - 500.0
}

fn sum(x: &Buffer<f32>, y: &Buffer<f32>, kernels: usize) -> Result<Buffer<f32>, Error> {
    let (mut sum, mut positive) = (x.device().zeros(x.shape())?, x.device().zeros(x.shape())?);
    vector_add(x, y, &mut sum, 1.0, 1.0)?;
    for _ in 0..kernels {
        relu(&sum, &mut positive)?;
    }
    Ok(positive)
}

/// Two hundred megabytes go through sixty-four, with kernels that take less and more time than the copies: where a lane
/// took memory before another was done with it, an element would be that of another chunk.
#[test]
fn every_chunk_comes_out_whole() {
    let device = device();
    for (depth, kernels) in [(1, 1), (3, 1), (3, 200), (5, 20)] {
        let (n, kernels) = work(&device, kernels);
        let pipeline = Pipeline::over(&device).unwrap().with_depth(depth);
        let chunk = |at: usize| {
            let (mut x, mut y) = (pipeline.pool().take(&[n])?, pipeline.pool().take(&[n])?);
            x.iter_mut().enumerate().for_each(|(i, x)| *x = element(at, i));
            y.fill(at as f32);
            Ok((x, y))
        };
        let mut seen = 0;
        let sink = |z: Pinned<f32>| {
            let wrong = z.iter().enumerate().find(|(i, z)| **z != (element(seen, *i) + seen as f32).max(0.0));
            assert_eq!(wrong, None, "chunk {seen} at depth {depth}");
            seen += 1;
            Ok::<_, Error>(())
        };
        let flow = pipeline.run((0..100).map(chunk), |(x, y)| sum(x, y, kernels), sink, || false).unwrap();
        assert_eq!((flow.chunks, flow.bytes_in, seen), (100, 100 * 2 * 4 * n as u64, 100));
    }
}

/// A fault in the middle, with chunks on all lanes; then the same memory is used again.
#[test]
fn a_pipeline_that_failed_leaves_the_device_whole() {
    let device = device();
    let (n, kernels) = work(&device, 50);
    let pipeline = Pipeline::over(&device).unwrap();
    for fault in [3, 17] {
        let chunks = (0..40).map(|_| pipeline.pool().take::<f32>(&[n]));
        let mut computed = 0..fault;
        let failing = |x: &Buffer<f32>| {
            let y = sum(x, x, kernels)?;
            computed.next().map(|_| y).ok_or(prism_device::ErrorKind::Cancelled.into())
        };
        let error = pipeline.run(chunks, failing, |_: Pinned<f32>| Ok::<_, Error>(()), || false).unwrap_err();
        assert_eq!(error.to_string(), "cancelled");
    }
    if let Some(statistics) = device.memory_statistics() {
        assert_eq!(statistics.held, 0);
    }
    let marks: VecDeque<_> = (0..8).map(|mark| device.upload(&vec![mark as f32; n], &[n]).unwrap()).collect();
    for (mark, buffer) in marks.iter().enumerate() {
        assert!(buffer.download().unwrap().iter().all(|x| *x == mark as f32));
    }
}

/// A buffer that one stream writes is read on another after it is handed over.
#[test]
fn a_buffer_handed_over_is_seen_as_it_was_left() {
    let device = device();
    let (n, kernels) = work(&device, 300);
    let other = device.on_new_stream().unwrap();
    let x = device.upload(&vec![1.5f32; n], &[n]).unwrap();
    let left = sum(&x, &x, kernels).unwrap().handed_to(&other).unwrap();
    let mut doubled = other.zeros(&[n]).unwrap();
    vector_add(&left, &left, &mut doubled, 1.0, 1.0).unwrap();
    assert!(doubled.download().unwrap().iter().all(|x| *x == 6.0));
    if device.is_cuda() {
        let error = doubled.handed_to(&Device::cpu()).unwrap_err().to_string();
        assert!(error.starts_with("handed_to: `device` is on cuda:0"), "{error}");
    }
}
