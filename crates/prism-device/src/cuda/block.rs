//! How many threads a block of a launch has, and what a tuner is told of it.

use super::launch::Function;
use super::recording::Recording;
use super::stream::Stream;
use crate::run::{Bound, Launching};
use crate::tune::Met;
use crate::{BlockSize, Entry};
use std::sync::atomic::Ordering;

/// One launch of a kernel in so many is timed for the tuner.
const SAMPLED: u32 = 64;

impl Stream {
    /// What the quantities need, or else what a profile says, if it is still one of the candidates, or the default.
    pub(super) fn block(&self, entry: &Entry, symbol: &str, bound: &Bound) -> u32 {
        let sizes = match entry.block {
            BlockSize::Needed(size) => return size(&bound.quantities, bound.element.size()) as u32,
            BlockSize::Candidates([one]) => return *one,
            BlockSize::Candidates(sizes) => sizes,
        };
        let dimensions = &bound.quantities[..entry.dims.len()];
        let said = self.context.profiles.block(symbol, dimensions);
        if let (None, Some(tuner)) = (said, &self.tuner) {
            tuner.missed(symbol, dimensions, || met(entry, bound, None));
        }
        said.filter(|size| sizes.contains(size)).unwrap_or(sizes[0])
    }

    /// Something to time a launch by, now and then, where a tuner wants to know.
    pub(super) fn sample(&self, entry: &Entry, function: &Function, launching: Launching) -> Option<Recording> {
        let is_watched = self.tuner.is_some() && launching.block.is_none() && entry.candidates().len() > 1;
        let is_due = || function.launches.fetch_add(1, Ordering::Relaxed).is_multiple_of(SAMPLED);
        (is_watched && is_due()).then(Recording::default)
    }

    /// Tells the tuner of a launch that was timed.
    pub(super) fn tell(&self, entry: &Entry, bound: &Bound, sample: Option<Recording>) {
        if let (Some(tuner), Some(times)) = (&self.tuner, sample) {
            tuner.tell(met(entry, bound, Some(times)));
        }
    }
}

fn met(entry: &Entry, bound: &Bound, times: Option<Recording>) -> Met {
    Met { entry: *entry, element: bound.element, quantities: bound.quantities.clone(), times }
}
