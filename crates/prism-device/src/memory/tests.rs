//! One suite of behaviour, run over every stack.

use super::simulation::Simulation;
use super::{
    Arena, Block, Holder, Limited, Logged, Memory, Order, Pool, Request, Shortage, Standing, StreamId, Tracked,
    held_by, replay,
};
use crate::philox::Philox;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub(super) const CAPACITY: u64 = 96 << 20;

/// A source as a driver's is that waits for all work before it takes memory back.
pub(super) struct Waiting {
    pub arena: Arc<Arena>,
    pub joins: bool,
    pub simulation: Simulation,
}

impl Memory for Waiting {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        self.arena.allocate(request)
    }

    fn free(&self, block: Block, stream: StreamId) {
        self.simulation.run(Philox::new(block.address, 0));
        self.arena.free(block, stream);
    }

    fn trim(&self) -> u64 {
        self.arena.trim()
    }

    fn standing(&self) -> Standing {
        self.arena.standing()
    }

    fn available(&self) -> u64 {
        self.arena.available()
    }

    fn blocks_join(&self) -> bool {
        self.joins
    }
}

/// A stack, what lies under it and the work on it.
struct Setting {
    name: &'static str,
    memory: Option<Box<dyn Memory>>,
    arena: Arc<Arena>,
    simulation: Simulation,
}

impl Setting {
    fn of(name: &'static str, stack: impl FnOnce(Waiting, Simulation) -> Box<dyn Memory>) -> Self {
        let (arena, simulation) = (Arc::new(Arena::of(CAPACITY)), Simulation::default());
        let source = Waiting { arena: arena.clone(), joins: false, simulation: simulation.clone() };
        Self { name, memory: Some(stack(source, simulation.clone())), arena, simulation }
    }

    fn memory(&self) -> &dyn Memory {
        self.memory.as_deref().unwrap()
    }
}

const LIMIT: u64 = CAPACITY / 2;

fn stacks() -> Vec<Setting> {
    let order = |simulation: &Simulation| simulation.clone();
    vec![
        Setting::of("source", |source, _| Box::new(source)),
        Setting::of("pool", |source, s| Box::new(Pool::over(source, order(&s)))),
        Setting::of("pool of blocks that join", |source, s| {
            Box::new(Pool::over(Waiting { joins: true, ..source }, order(&s)))
        }),
        Setting::of("limit", |source, _| Box::new(Limited::over(source, LIMIT))),
        Setting::of("pool of a limit", |source, s| Box::new(Pool::over(Limited::over(source, LIMIT), order(&s)))),
        Setting::of("limit of a pool", |source, s| Box::new(Limited::over(Pool::over(source, order(&s)), LIMIT))),
        Setting::of("pool of a pool", |source, s| Box::new(Pool::over(Pool::over(source, order(&s)), order(&s)))),
        Setting::of("tracked pool", |source, s| Box::new(Tracked::over(Pool::over(source, order(&s))))),
        Setting::of("all", |source, s| {
            let pool = Pool::over(Limited::over(Tracked::over(source), LIMIT), order(&s));
            Box::new(Logged::over(Tracked::over(pool), Vec::new()))
        }),
    ]
}

pub(super) fn stream(number: usize) -> StreamId {
    StreamId::of(number).unwrap()
}

pub(super) fn request(bytes: u64, on: usize) -> Request {
    Request { bytes, stream: stream(on), holder: Holder::default() }
}

/// Random requests and returns on eight streams, each block marked by work on its stream when it comes and looked at when it
/// goes; a third of the blocks go on to another stream before. What is held at the end, too, goes back.
fn churn(setting: &Setting, seed: u64, operations: u64) {
    let (memory, simulation, draws) = (setting.memory(), &setting.simulation, Philox::new(seed, 0));
    let mut held: Vec<(Block, StreamId, u64)> = Vec::new();
    let mut ranges: BTreeMap<u64, u64> = BTreeMap::new();
    let go = |(block, on, mark): (Block, StreamId, u64), ranges: &mut BTreeMap<u64, u64>| {
        simulation.expect(on, (block.address, block.bytes), mark);
        ranges.remove(&block.address);
        memory.free(block, on);
    };
    for operation in 0..operations {
        let [what, size, on, which] = draws.block(operation);
        let comes = what % 100 < if held.len() < 24 { 70 } else { 40 };
        if comes {
            let bytes = if which % 97 == 0 { 20 << 20 } else { u64::from(size) % (1 << (4 + which % 17)) };
            let Ok(block) = memory.allocate(request(bytes, on as usize % 8)) else { continue };
            assert!(block.bytes >= bytes && block.address % 256 == 0, "{}: {block:?} for {bytes}", setting.name);
            let after = ranges.range(block.address..).next().map_or(u64::MAX, |(address, _)| *address);
            let before = ranges.range(..block.address).next_back().map_or(0, |(address, bytes)| address + bytes);
            assert!(before <= block.address && block.address + block.bytes <= after, "{}: {block:?}", setting.name);
            ranges.insert(block.address, block.bytes);
            simulation.mark(stream(on as usize % 8), (block.address, block.bytes), operation);
            held.push((block, stream(on as usize % 8), operation));
        } else if !held.is_empty() {
            let mut gone = held.swap_remove(which as usize % held.len());
            if size % 3 == 0 {
                let next = stream(size as usize % 8);
                simulation.order(gone.1, next);
                gone.1 = next;
            }
            go(gone, &mut ranges);
        }
        if operation % 64 == 63 {
            simulation.run(Philox::new(seed, operation));
        }
    }
    for gone in held {
        go(gone, &mut ranges);
    }
    simulation.run(Philox::new(seed, operations));
}

#[test]
fn no_block_is_another_ones_while_work_on_it_is_not_done() {
    for setting in stacks() {
        for seed in 0..4 {
            churn(&setting, seed, 3_000);
        }
        let (faults, waits) = setting.simulation.found();
        assert_eq!(faults, Vec::<String>::new(), "{}", setting.name);
        // Blocks that went on to another stream are ordered by hand; a pool orders those it hands over besides.
        assert!(waits > 100, "{}: {waits}", setting.name);
    }
}

#[test]
fn nothing_is_lost() {
    for mut setting in stacks() {
        churn(&setting, 9, 2_000);
        setting.memory().trim();
        let standing = setting.arena.standing();
        assert_eq!((standing.free, standing.fragmentation()), (CAPACITY, 0.0), "{} after a trim", setting.name);
        churn(&setting, 10, 500);
        setting.memory = None;
        assert_eq!(setting.arena.standing().free, CAPACITY, "{} after its end", setting.name);
    }
}

#[test]
fn a_request_beyond_all_is_refused_with_what_there_is() {
    for setting in stacks() {
        let memory = setting.memory();
        let held = memory.allocate(request(1 << 20, 0)).unwrap();
        let refused = memory.allocate(request(CAPACITY, 0)).unwrap_err();
        assert_eq!(refused.requested, CAPACITY, "{}", setting.name);
        assert!((1..CAPACITY).contains(&refused.free), "{}: {refused:?}", setting.name);
        assert!((1..=refused.free).contains(&refused.largest_free), "{}: {refused:?}", setting.name);
        assert_eq!(refused.limit.is_some(), setting.name.contains("limit") || setting.name == "all");
        memory.free(held, stream(0));
        // A refusal costs nothing: what fits still does.
        let fits = memory.allocate(request(LIMIT / 2, 0)).unwrap();
        memory.free(fits, stream(0));
    }
}

#[test]
fn what_lies_in_small_pieces_serves_a_large_request() {
    for setting in stacks() {
        let memory = setting.memory();
        let held: Vec<Block> = (0..40).map(|on| memory.allocate(request(1 << 20, on % 8)).unwrap()).collect();
        held.into_iter().enumerate().for_each(|(on, block)| memory.free(block, stream(on % 8)));
        let whole = memory.allocate(request(40 << 20, 0)).unwrap();
        memory.free(whole, stream(0));
    }
}

#[test]
fn threads_on_their_streams_do_not_meet() {
    for setting in stacks() {
        let taken = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (memory, taken) = (setting.memory(), &taken);
                scope.spawn(move || {
                    let draws = Philox::new(thread, 1);
                    for operation in 0..500 {
                        let bytes = 1 + u64::from(draws.word(operation)) % (1 << (8 + operation % 12));
                        let Ok(block) = memory.allocate(request(bytes, thread as usize)) else { continue };
                        let other = taken.lock().unwrap().insert(block.address, thread);
                        assert_eq!(other, None, "{}", setting.name);
                        taken.lock().unwrap().remove(&block.address);
                        memory.free(block, stream(thread as usize));
                    }
                });
            }
        });
        setting.memory().trim();
        assert_eq!(setting.arena.standing().free, CAPACITY, "{}", setting.name);
    }
}

#[test]
fn a_limit_below_one_block_refuses_it_and_says_so() {
    let memory = Limited::over(Arena::of(CAPACITY), 1_000);
    let refused = memory.allocate(request(1_001, 0)).unwrap_err();
    let known = Shortage { requested: 1_001, free: 1_000, largest_free: 1_000, limit: Some(1_000), fault: None };
    assert_eq!(refused, known);
    let small = memory.allocate(request(700, 0)).unwrap();
    assert_eq!(memory.standing().free, 1_000 - small.bytes);
    assert!(memory.allocate(request(300, 0)).is_err(), "{} are held", small.bytes);
    memory.free(small, stream(0));
    // A pool that cannot have pages takes less.
    let pool = Pool::over(Limited::over(Arena::of(CAPACITY), 100_000), Arena::of(0));
    let block = pool.allocate(request(32_768, 0)).unwrap();
    pool.free(block, stream(0));
    // Rounding counts: 1000 bytes take 1024, which are more than the limit.
    assert!(memory.allocate(request(1_000, 0)).is_err());
    assert_eq!(memory.standing().free, 1_000);
}

#[test]
fn counts_say_who_holds_what_and_what_a_pool_could_serve() {
    let memory = Tracked::over(Arena::of(CAPACITY));
    let ask = |bytes| memory.allocate(Request { holder: Holder::current(), ..request(bytes, 0) }).unwrap();
    let first = held_by("softmax", || ask(1 << 20));
    let second = held_by("matmul", || ask(2 << 20));
    memory.free(first, stream(0));
    let third = held_by("matmul", || ask(1 << 20));
    assert!(memory.allocate(request(CAPACITY, 0)).is_err());
    let counted = memory.statistics();
    assert_eq!((counted.allocations, counted.refusals, counted.frees), (3, 1, 1));
    assert_eq!((counted.held, counted.most_held), (3 << 20, 3 << 20));
    assert_eq!(counted.reuse, 1.0 / 3.0);
    assert_eq!(counted.top_sizes, [(1 << 20, 2), (2 << 20, 1)]);
    assert_eq!(counted.top_holders, [("matmul", 3 << 20)]);
    for block in [second, third] {
        memory.free(block, stream(0));
    }
    assert_eq!(memory.statistics().top_holders, []);
}

#[test]
fn a_log_is_replayed_as_it_was() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let memory = Logged::over(Arena::of(CAPACITY), Shared(log.clone()));
    let held: Vec<Block> = [500, 60_000, 1 << 20].map(|bytes| memory.allocate(request(bytes, 2)).unwrap()).into();
    assert!(memory.allocate(request(CAPACITY, 0)).is_err());
    held.into_iter().skip(1).for_each(|block| memory.free(block, stream(2)));
    memory.flush().unwrap();
    let text = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1 + 3 + 1 + 2);
    let stack = Tracked::over(Pool::over(Arena::of(CAPACITY), Arena::of(0)));
    let replayed = replay(&text, &stack).unwrap();
    assert_eq!((replayed.allocations, replayed.refusals, replayed.left), (3, 0, 1));
    assert_eq!((stack.statistics().frees, stack.statistics().held), (3, 0));
    let small = Arena::of(100_000);
    assert_eq!(replay(&text, &small).unwrap().refusals, 1);
}

#[test]
fn a_line_that_is_none_is_named_by_its_number() {
    let arena = Arena::of(CAPACITY);
    let said = |log: &str| replay(log, &arena).unwrap_err();
    assert!(said("1,allocate,256,10,0,x\n2,frei,256,10,0,x").starts_with("line 2: `event` must be allocate"));
    assert_eq!(said("1,free,256,10,0,x"), "line 1: the block at 256 is given back, but nobody has it");
    assert_eq!(said("1,allocate,256,-1,0,x"), "line 1: `bytes` must be a whole number, 0 or more, got `-1`");
    assert_eq!(said("1,allocate,256,1,64,x"), "line 1: `stream` must be below 64, got 64");
    assert!(said("a,b").starts_with("line 1: a line has six columns"));
}

/// A log that the test can read.
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
