//! What a pool does that other memory does not.

use super::simulation::Simulation;
use super::tests::{CAPACITY, Waiting, request, stream};
use super::{Arena, Block, Memory, Pool, Tracked};
use std::sync::Arc;

#[test]
fn a_pool_asks_its_source_once_for_what_comes_again() {
    let source = Arc::new(Tracked::over(Arena::of(CAPACITY)));
    let pool = Pool::over(source.clone(), Arena::of(0));
    for _ in 0..100 {
        let held: Vec<Block> =
            [300, 5_000, 70_000, 20 << 20].map(|bytes| pool.allocate(request(bytes, 3)).unwrap()).into();
        for block in held {
            pool.free(block, stream(3));
        }
    }
    assert!(source.statistics().allocations <= 2, "{:?}", source.statistics());
    assert_eq!(pool.standing().fragmentation(), 0.0);
}

/// Without giving its blocks back and asking for a larger one.
#[test]
fn a_request_is_served_across_blocks_that_join_and_lie_side_by_side() {
    for (joins, asked) in [(true, 2), (false, 3)] {
        let waiting = Waiting { arena: Arc::new(Arena::of(CAPACITY)), joins, simulation: Simulation::default() };
        let source = Arc::new(Tracked::over(waiting));
        let pool = Pool::over(source.clone(), Arena::of(0));
        let held = [(); 2].map(|()| pool.allocate(request(20 << 20, 0)).unwrap());
        for block in held {
            pool.free(block, stream(0));
        }
        let whole = pool.allocate(request(40 << 20, 0)).unwrap();
        assert_eq!(source.statistics().allocations, asked, "joins: {joins}");
        pool.free(whole, stream(0));
    }
}

#[test]
fn memory_of_a_stream_comes_back_to_it_without_waiting() {
    let simulation = Simulation::default();
    let pool = Pool::over(Arena::of(CAPACITY), simulation.clone());
    for _ in 0..10 {
        for bytes in [100, 3_000, 40 << 20] {
            let block = pool.allocate(request(bytes, 5)).unwrap();
            pool.free(block, stream(5));
        }
    }
    assert_eq!(simulation.found().1, 0);
    let elsewhere = pool.allocate(request(40 << 20, 6)).unwrap();
    assert_eq!(simulation.found().1, 1, "stream 6 waits for stream 5");
    pool.free(elsewhere, stream(6));
}
