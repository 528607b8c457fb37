//! A device whose streams do their work late and in any order that the ordering between them allows: what a stack gets
//! wrong shows as one block's bytes in another's.

use super::{Order, StreamId};
use crate::philox::Philox;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

/// What a stream is asked to do.
enum Task {
    /// Writes a mark on every 256 bytes of a block.
    Mark { address: u64, bytes: u64, mark: u64 },
    /// Looks whether the mark is still there.
    Expect { address: u64, bytes: u64, mark: u64 },
    /// Lets those that wait for the event go on.
    Record(u64),
    /// Waits for an event.
    Wait(u64),
}

/// The streams' work, and the memory's marks.
#[derive(Clone, Default)]
pub struct Simulation(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    queues: HashMap<StreamId, VecDeque<Task>>,
    marks: HashMap<u64, u64>,
    events: u64,
    reached: Vec<u64>,
    pub faults: Vec<String>,
    pub waits: u64,
}

impl Simulation {
    /// Asks a stream to mark a block.
    pub fn mark(&self, stream: StreamId, (address, bytes): (u64, u64), mark: u64) {
        self.ask(stream, Task::Mark { address, bytes, mark });
    }

    /// Asks a stream to look whether a block's mark is its own.
    pub fn expect(&self, stream: StreamId, (address, bytes): (u64, u64), mark: u64) {
        self.ask(stream, Task::Expect { address, bytes, mark });
    }

    /// Does all work, a task at a time of a stream that draws decide.
    pub fn run(&self, draws: Philox) {
        let mut state = self.0.lock().unwrap();
        for draw in 0.. {
            let mut ready: Vec<StreamId> = state.queues.keys().copied().filter(|s| state.is_ready(*s)).collect();
            if ready.is_empty() {
                break;
            }
            ready.sort();
            let stream = ready[draws.word(draw) as usize % ready.len()];
            state.step(stream);
        }
        assert!(state.queues.values().all(VecDeque::is_empty), "streams wait for each other");
    }

    /// What was found, and how often a stream had to wait for another.
    pub fn found(&self) -> (Vec<String>, u64) {
        let state = self.0.lock().unwrap();
        (state.faults.clone(), state.waits)
    }

    fn ask(&self, stream: StreamId, task: Task) {
        self.0.lock().unwrap().queues.entry(stream).or_default().push_back(task);
    }
}

impl State {
    fn is_ready(&self, stream: StreamId) -> bool {
        match self.queues[&stream].front() {
            None => false,
            Some(Task::Wait(event)) => self.reached.contains(event),
            Some(_) => true,
        }
    }

    fn step(&mut self, stream: StreamId) {
        let task = self.queues.get_mut(&stream).and_then(VecDeque::pop_front).expect("it is ready");
        match task {
            Task::Mark { address, bytes, mark } => {
                self.marks.extend((address..address + bytes).step_by(256).map(|at| (at, mark)));
            }
            Task::Expect { address, bytes, mark } => {
                let is_other = |at: &u64| self.marks.get(at) != Some(&mark);
                if let Some(at) = (address..address + bytes).step_by(256).find(is_other) {
                    self.faults.push(format!("{at} holds {:?}, not {mark}", self.marks.get(&at)));
                }
            }
            Task::Record(event) => self.reached.push(event),
            Task::Wait(_) => {}
        }
    }
}

impl Order for Simulation {
    fn order(&self, earlier: StreamId, later: StreamId) {
        let mut state = self.0.lock().unwrap();
        state.events += 1;
        state.waits += 1;
        let event = state.events;
        state.queues.entry(earlier).or_default().push_back(Task::Record(event));
        state.queues.entry(later).or_default().push_back(Task::Wait(event));
    }
}
