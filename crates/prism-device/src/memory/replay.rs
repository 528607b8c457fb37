//! Asks a stack again for what a log says was asked of another.

use super::logged::{Event, EventKind, HEADER};
use super::{Block, Holder, Memory, Request};
use std::collections::HashMap;

/// What became of a log's requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replayed {
    /// Requests that were granted.
    pub allocations: u64,
    /// Requests that were refused.
    pub refusals: u64,
    /// Blocks that the log never gives back; the replay gives them back at its end.
    pub left: u64,
}

/// Plays a log against a stack, in its order and without its pauses. What the log says was refused is not asked for.
///
/// # Errors
/// A line that is none, with its number, or one that gives back what nobody has.
pub fn replay(log: &str, memory: &dyn Memory) -> Result<Replayed, String> {
    let mut held: HashMap<u64, Option<Block>> = HashMap::new();
    let mut replayed = Replayed::default();
    let mut last = None;
    for (number, line) in log.lines().enumerate().filter(|(_, line)| !line.is_empty() && *line != HEADER) {
        let fault = |what: String| format!("line {}: {what}", number + 1);
        let event: Event = line.parse().map_err(fault)?;
        last = Some(event.stream);
        let Event { kind, address, bytes, stream, .. } = event;
        match kind {
            EventKind::Refuse => {}
            EventKind::Allocate => {
                let granted = memory.allocate(Request { bytes, stream, holder: Holder::default() }).ok();
                *if granted.is_some() { &mut replayed.allocations } else { &mut replayed.refusals } += 1;
                if held.insert(address, granted).is_some() {
                    return Err(fault(format!("the block at {address} is allocated twice")));
                }
            }
            EventKind::Free => match held.remove(&address) {
                Some(block) => block.into_iter().for_each(|block| memory.free(block, stream)),
                None => return Err(fault(format!("the block at {address} is given back, but nobody has it"))),
            },
        }
    }
    for block in held.into_values().flatten() {
        replayed.left += 1;
        memory.free(block, last.expect("a block was allocated"));
    }
    Ok(replayed)
}
