//! The pool of a GPU under work: each test passes at once on a machine without one.

use prism_device::memory::{MemorySettings, Statistics};
use prism_device::philox::Philox;
use prism_device::{Buffer, Device, ErrorKind};

fn statistics(gpu: &Device) -> Statistics {
    gpu.memory_statistics().expect("it is a GPU")
}

/// Buffers come and go on eight streams; each holds at its end what was put into it.
#[test]
fn threads_on_streams_of_their_own_keep_what_they_hold() {
    let Ok(gpu) = Device::cuda(0) else { return };
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let device = gpu.on_new_stream().unwrap();
            scope.spawn(move || churn(&device, Philox::new(thread, 0), 3_000));
        }
    });
    let after = statistics(&gpu);
    assert_eq!((after.held, after.allocations), (0, after.frees));
    assert!(after.reuse > 0.9, "{after:?}");
    assert_eq!(gpu.trim(), after.standing.reserved);
    assert_eq!(statistics(&gpu).standing.reserved, 0);
}

fn churn(device: &Device, draws: Philox, operations: u64) {
    let mut held: Vec<(Buffer<u32>, u32)> = Vec::new();
    let look = |(buffer, mark): (Buffer<u32>, u32)| {
        let found = buffer.download().unwrap();
        assert!(found.iter().all(|word| *word == mark), "{} words of {mark}", found.len());
    };
    for operation in 0..operations {
        let [what, size, mark, which] = draws.block(operation);
        if held.len() < 4 || (held.len() < 12 && what % 2 == 0) {
            let words = 1 + size as usize % (1 << (4 + which % 15));
            held.push((device.upload(&vec![mark; words], &[words]).unwrap(), mark));
        } else {
            look(held.swap_remove(which as usize % held.len()));
        }
    }
    held.into_iter().for_each(look);
}

/// A stream fills memory with zeros and lets it go; the next stream's bytes must not be zeroed by what is still to be done.
#[test]
fn a_stream_that_takes_over_memory_waits_for_the_one_before() {
    let Ok(gpu) = Device::cuda(0) else { return };
    let (first, second) = (gpu.on_new_stream().unwrap(), gpu.on_new_stream().unwrap());
    let marks = vec![7u8; 1 << 25];
    for _ in 0..100 {
        let large: Vec<Buffer<u8>> = (0..4).map(|_| first.zeros(&[64 << 20]).unwrap()).collect();
        drop(large);
        let taken: Vec<Buffer<u8>> = (0..7).map(|_| second.upload(&marks, &[marks.len()]).unwrap()).collect();
        assert!(taken.iter().all(|taken| taken.download().unwrap() == marks));
    }
    assert!(statistics(&gpu).standing.reserved < 1 << 30, "the second stream used what the first let go");
}

#[test]
fn a_limit_is_kept_and_named_and_a_smaller_job_goes_on() {
    let settings = MemorySettings { limit: Some(64 << 20), ..MemorySettings::default() };
    let Ok(gpu) = Device::cuda_with(0, settings) else { return };
    let held: Vec<Buffer<u8>> = (0..3).map(|_| gpu.zeros(&[16 << 20]).unwrap()).collect();
    let error = gpu.zeros::<u8>(&[32 << 20]).unwrap_err();
    let ErrorKind::OutOfMemory { shortage, holders, .. } = error.kind() else { panic!("{error}") };
    assert_eq!((shortage.requested, shortage.limit), (32 << 20, Some(64 << 20)));
    assert_eq!(holders.first(), Some(&("unnamed", 48 << 20)));
    assert!(error.to_string().contains("under a limit of 67108864"), "{error}");
    drop(held);
    // Three blocks of the driver, none large enough: given back, they make room for one that is.
    assert_eq!(gpu.zeros::<u8>(&[60 << 20]).unwrap().bytes(), 60 << 20);
    assert!(gpu.memory().unwrap().is_some_and(|(free, _)| free <= 64 << 20));
}

#[test]
fn a_stream_is_a_device_of_its_own() {
    let Ok(gpu) = Device::cuda(0) else { return };
    let other = gpu.on_new_stream().unwrap();
    assert_ne!(gpu, other);
    assert!(other.to_string().ends_with(", stream 1"), "{other}");
    drop(other);
    assert!(gpu.on_new_stream().unwrap().to_string().ends_with(", stream 1"), "its number is free again");
}

#[test]
fn without_a_pool_every_buffer_is_the_drivers() {
    let plain = MemorySettings { pooled: false, ..MemorySettings::default() };
    let Ok(gpu) = Device::cuda_with(0, plain) else { return };
    for _ in 0..3 {
        let buffer = gpu.upload(&[1u32, 2, 3], &[3]).unwrap();
        assert_eq!(buffer.download().unwrap(), [1, 2, 3]);
    }
    assert_eq!((statistics(&gpu).held, gpu.trim()), (0, 0));
}

/// What was two blocks of the driver is one buffer, and copies and kernels cross the border.
#[test]
fn a_buffer_may_lie_across_blocks_of_the_driver() {
    let Ok(gpu) = Device::cuda(0) else { return };
    let halves = [(); 2].map(|()| gpu.zeros::<u32>(&[10 << 20]).unwrap());
    drop(halves);
    let words: Vec<u32> = (0..20 << 20).collect();
    let whole = gpu.upload(&words, &[words.len()]).unwrap();
    assert!(whole.download().unwrap() == words);
    assert_eq!(gpu.memory_report().unwrap().source.allocations, 2, "on a device whose addresses can be mapped");
    drop(whole);
    assert_eq!((gpu.trim(), statistics(&gpu).standing.reserved), (80 << 20, 0));
    assert!(gpu.zeros::<u32>(&[1000]).unwrap().download().unwrap().iter().all(|word| *word == 0));
}
