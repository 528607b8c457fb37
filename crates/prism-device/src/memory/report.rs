//! What was asked of a stack of memory, and how much of that its source was asked for.

use super::Statistics;
use serde_json::{Value, json};

/// The counts of both ends of a stack.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What was asked of the stack.
    pub asked: Statistics,
    /// What the stack asked of its source.
    pub source: Statistics,
}

impl Report {
    /// The share of the requests that was served without the source; 0 without requests.
    pub fn reuse(&self) -> f64 {
        let requests = self.asked.allocations;
        if requests == 0 { 0.0 } else { 1.0 - self.source.allocations as f64 / requests as f64 }
    }

    /// As one object; sizes in bytes.
    pub fn to_json(&self) -> Value {
        let Self { asked, source } = self;
        json!({
            "allocations": asked.allocations,
            "refusals": asked.refusals,
            "frees": asked.frees,
            "source_allocations": source.allocations,
            "reuse": self.reuse(),
            "reuse_potential": asked.reuse,
            "held": asked.held,
            "most_held": asked.most_held,
            "reserved": asked.standing.reserved,
            "most_reserved": source.most_held,
            "free": asked.standing.free,
            "largest_free": asked.standing.largest_free,
            "fragmentation": asked.standing.fragmentation(),
            "top_sizes": asked.top_sizes,
            "top_holders": asked.top_holders,
            "advice": asked.advice(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::memory::{Arena, Holder, Memory, Report, Request, StreamId, Tracked, counted};
    use std::sync::Arc;

    #[test]
    fn a_live_heap_says_how_it_is_torn() {
        let arena = Arc::new(Arena::of(1 << 30));
        let source = Arc::new(Tracked::over(arena.clone()));
        let stack = counted(source.clone(), arena, None, true);
        let stream = StreamId::of(0).unwrap();
        let ask = |bytes| stack.allocate(Request { bytes, stream, holder: Holder::default() }).unwrap();
        let [first, second, third] = [1 << 20, 2 << 20, 1 << 20].map(ask);
        stack.free(first, stream);
        let json = Report { asked: stack.statistics(), source: source.statistics() }.to_json();
        assert_eq!((&json["allocations"], &json["frees"], &json["held"]), (&3.into(), &1.into(), &(3 << 20).into()));
        let [reserved, free, largest] = ["reserved", "free", "largest_free"].map(|name| json[name].as_u64().unwrap());
        assert_eq!(free, reserved - (3 << 20));
        assert_eq!(json["fragmentation"], 1.0 - largest as f64 / free as f64);
        assert_eq!(json["reuse"], 1.0 - source.statistics().allocations as f64 / 3.0);
        for block in [second, third] {
            stack.free(block, stream);
        }
    }

    #[test]
    fn nothing_asked_is_nothing_used_again() {
        assert_eq!(Report::default().reuse(), 0.0);
    }
}
