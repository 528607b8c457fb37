//! Tunes beside the work that asks for it: a thread, a queue, and each question once.

use super::Bucket;
use crate::cuda::Recording;
use crate::{Dtype, Entry};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// A launch, as the tuner is told of it.
pub(crate) struct Met {
    pub(crate) entry: Entry,
    pub(crate) element: Dtype,
    /// The values of the dimensions, then of the scalars.
    pub(crate) quantities: Vec<u64>,
    /// What it was launched by; none when no profile was there.
    pub(crate) times: Option<Recording>,
}

/// A thread that is told of launches. It ends when this is dropped, and what it is measuring is given up.
pub(crate) struct Background {
    queue: Option<Sender<Met>>,
    asked: Mutex<HashMap<String, Vec<Bucket>>>,
    is_ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Begins a thread that does `work` on each launch it is told of; `work` is to return soon once it is asked to end.
    pub(crate) fn begin(mut work: impl FnMut(Met, &dyn Fn() -> bool) + Send + 'static) -> std::io::Result<Self> {
        let (queue, launches) = channel();
        let is_ending = Arc::new(AtomicBool::new(false));
        let ending = Arc::clone(&is_ending);
        let thread = thread::Builder::new().name("tuner".into()).spawn(move || {
            let is_ending = || ending.load(Ordering::Relaxed);
            launches.iter().take_while(|_| !is_ending()).for_each(|met| work(met, &is_ending));
        })?;
        Ok(Self { queue: Some(queue), asked: Mutex::default(), is_ending, thread: Some(thread) })
    }

    /// Tells of a launch that found no profile, once for a kernel and the sizes of a bucket. A launch never waits: while
    /// another one asks, this one does not.
    pub(crate) fn missed(&self, symbol: &str, sizes: &[u64], met: impl FnOnce() -> Met) {
        let Ok(mut asked) = self.asked.try_lock() else { return };
        let bucket = Bucket::of(sizes);
        if asked.get(symbol).is_some_and(|buckets| buckets.contains(&bucket)) {
            return;
        }
        asked.entry(symbol.into()).or_default().push(bucket);
        self.tell(met());
    }

    /// Tells of a launch, whatever was told before.
    pub(crate) fn tell(&self, met: Met) {
        if let Some(queue) = &self.queue {
            // Where the thread has died of a panic there is nobody to tell, and launches go on with what is known.
            let _ = queue.send(met);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::Relaxed);
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
#[path = "background_tests.rs"]
mod tests;
