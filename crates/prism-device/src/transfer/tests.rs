//! The pipeline and its memory on the CPU; on a GPU they are tested where there are kernels.

use super::{Flow, Pages, Pinned, PinnedMemoryPool, Pipeline};
use crate::{Buffer, Device, Error, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

type Chunk = Pinned<f32>;

fn filled(pool: &PinnedMemoryPool, value: f32) -> Result<Chunk, Error> {
    let mut chunk = pool.take(&[2, 3])?;
    chunk.fill(value);
    Ok(chunk)
}

fn doubled(x: &Buffer<f32>) -> Result<Buffer<f32>, Error> {
    let data: Vec<f32> = x.download()?.iter().map(|x| 2.0 * x).collect();
    x.device().upload(&data, x.shape())
}

fn fault(at: usize) -> Error {
    ErrorKind::Unsupported { what: format!("chunk {at}") }.into()
}

/// Runs ten chunks of 0, 1, … through `doubled`; fails where it is told to.
fn ten(source: Option<usize>, compute: Option<usize>, sink: Option<usize>) -> (Result<Flow, Error>, Vec<f32>) {
    let pipeline = Pipeline::over(&Device::cpu()).unwrap();
    let (mut computed, mut seen) = (0..10, Vec::new());
    let fails = |at: usize, told: Option<usize>| if told == Some(at) { Err(fault(at)) } else { Ok(()) };
    let chunks = (0..10).map(|at| fails(at, source).and_then(|()| filled(pipeline.pool(), at as f32)));
    let flow = pipeline.run(
        chunks,
        |x| fails(computed.next().unwrap(), compute).and_then(|()| doubled(x)),
        |y: Chunk| {
            fails(seen.len(), sink)?;
            assert_eq!((y.shape(), y.iter().filter(|e| **e == y[0]).count()), (&[2, 3][..], 6));
            seen.push(y[0]);
            Ok(())
        },
        || false,
    );
    (flow, seen)
}

#[test]
fn chunks_come_out_in_order() {
    let (flow, seen) = ten(None, None, None);
    assert_eq!(seen, (0..10).map(|at| 2.0 * at as f32).collect::<Vec<_>>());
    let flow = flow.unwrap();
    assert_eq!((flow.chunks, flow.bytes_in, flow.bytes_out), (10, 240, 240));
}

#[test]
fn the_first_fault_is_what_the_caller_gets() {
    for (source, compute, sink) in
        [(Some(6), None, None), (None, Some(6), None), (None, None, Some(6)), (Some(6), None, Some(2))]
    {
        let (flow, seen) = ten(source, compute, sink);
        let expected = sink.or(source).or(compute).unwrap();
        assert_eq!(flow.unwrap_err().to_string(), format!("unsupported: chunk {expected}"));
        assert!(seen.len() <= expected, "{seen:?}");
    }
}

#[test]
fn a_pipeline_that_is_cancelled_stops_and_can_be_used_again() {
    let pipeline = Pipeline::over(&Device::cpu()).unwrap();
    let seen = AtomicUsize::new(0);
    let run = |stop: usize| {
        seen.store(0, Ordering::Relaxed);
        pipeline.run(
            (0..1000).map(|at| filled(pipeline.pool(), at as f32)),
            doubled,
            |_: Chunk| {
                seen.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Error>(())
            },
            || seen.load(Ordering::Relaxed) >= stop,
        )
    };
    assert!(matches!(run(3).unwrap_err().kind(), ErrorKind::Cancelled));
    assert!((3..100).contains(&seen.load(Ordering::Relaxed)), "{seen:?}");
    assert_eq!(run(usize::MAX).unwrap().chunks, 1000);
}

/// The sink takes nothing until the source has made all that it may; one chunk more would never come.
#[test]
fn who_makes_chunks_waits_for_who_takes_them() {
    let pipeline = Pipeline::over(&Device::cpu()).unwrap().with_depth(2);
    let (made, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let chunks = (0..50).map(|at| {
        let ahead = made.fetch_add(1, Ordering::SeqCst) + 1 - taken.load(Ordering::SeqCst);
        assert!(ahead <= 2 + 2 * 2 + 1, "{ahead} chunks are on the way");
        filled(pipeline.pool(), at as f32)
    });
    let sink = |_: Chunk| {
        taken.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Error>(())
    };
    assert_eq!(pipeline.run(chunks, doubled, sink, || false).unwrap().chunks, 50);
    assert!(pipeline.pool().reserved() <= 12 << 12, "{}", pipeline.pool().reserved());
}

#[test]
fn several_buffers_go_together() {
    let pipeline = Pipeline::over(&Device::cpu()).unwrap();
    let pool = pipeline.pool();
    let pair = |at: u32| -> Result<(Pinned<f32>, Vec<Pinned<u32>>), Error> {
        let (x, mut count) = (filled(pool, at as f32)?, pool.take::<u32>(&[1])?);
        count[0] = at;
        Ok((x, vec![count]))
    };
    let mut sums = Vec::new();
    let flow = pipeline.run(
        (0..4).map(pair),
        |(x, counts)| Ok((doubled(x)?, counts[0].device().upload(&counts[0].download()?, &[1])?)),
        |(x, count): (Chunk, Pinned<u32>)| {
            sums.push(x[5] + count[0] as f32);
            Ok::<_, Error>(())
        },
        || false,
    );
    assert_eq!((flow.unwrap().bytes_in, sums), (4 * 28, vec![0.0, 3.0, 6.0, 9.0]));
}

#[test]
fn memory_that_is_given_back_is_taken_again() {
    let pool = PinnedMemoryPool::of(&Device::cpu());
    let addresses: Vec<_> = (0..3).map(|_| pool.take::<f64>(&[1000]).unwrap().as_ptr()).collect();
    assert_eq!(addresses, [addresses[0]; 3]);
    assert_eq!(pool.reserved(), 8192);
    let held = pool.take::<u8>(&[8192]).unwrap();
    assert_eq!((held.as_ptr().cast(), pool.trim()), (addresses[0], 0));
    let other = pool.take_pages::<u8>(&[8192], Pages::WriteCombined).unwrap();
    assert_ne!(other.as_ptr(), held.as_ptr());
    drop((held, other));
    assert_eq!((pool.trim(), pool.reserved()), (16_384, 0));
    assert!(pool.take::<f32>(&[0, 7]).unwrap().is_empty());
}

/// Eight threads take, mark, hand on and give back; a block that two have at once shows another's mark.
#[test]
fn nobody_else_has_what_is_taken() {
    let pool = PinnedMemoryPool::of(&Device::cpu());
    std::thread::scope(|scope| {
        let (give, receive) = channel::<(Pinned<u32>, u32)>();
        for thread in 0..8u32 {
            let (pool, give) = (&pool, give.clone());
            scope.spawn(move || {
                for round in 0..2000u32 {
                    let mut taken = pool.take::<u32>(&[1 + (round as usize % 5000)]).unwrap();
                    let mark = thread << 16 | round;
                    taken.fill(mark);
                    give.send((taken, mark)).unwrap();
                }
            });
        }
        drop(give);
        for (taken, mark) in receive {
            assert!(taken.iter().all(|word| *word == mark));
        }
    });
}
