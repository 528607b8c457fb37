//! The stack that a device has: counts over a pool over a limit over its source, and a log over all where one is wanted.

use super::{Limited, Logged, Memory, Order, Pool, Report, Tracked};
use std::io::{self, Write};
use std::sync::Arc;

/// How a device deals with memory.
pub struct MemorySettings {
    /// The most bytes it takes from the driver.
    pub limit: Option<u64>,
    /// Whether it keeps what buffers give back. Without, the driver is asked for each buffer: slow, but a tool that watches
    /// memory sees where each one ends.
    pub pooled: bool,
    /// Where every allocation is written down, as [`Logged`] does.
    pub log: Option<Box<dyn Write + Send>>,
}

impl Default for MemorySettings {
    fn default() -> Self {
        Self { limit: None, pooled: true, log: None }
    }
}

/// Counts over a pool, if it is to be `pooled`, over a limit over a source whose streams `order` orders.
pub fn counted(
    source: impl Memory + 'static,
    order: impl Order + 'static,
    limit: Option<u64>,
    pooled: bool,
) -> Tracked<Box<dyn Memory>> {
    let limited = Limited::over(source, limit.unwrap_or(u64::MAX));
    Tracked::over(if pooled { Box::new(Pool::over(limited, order)) } else { Box::new(limited) })
}

type Counted = Arc<Tracked<Box<dyn Memory>>>;

/// A device's memory.
pub(crate) struct Stack {
    top: Box<dyn Memory>,
    counted: Counted,
    source: Counted,
    log: Option<Arc<Logged<Counted, Box<dyn Write + Send>>>>,
}

impl Stack {
    /// The stack over a source whose streams `order` orders.
    pub fn of(source: impl Memory + 'static, order: impl Order + 'static, settings: MemorySettings) -> Self {
        let source: Counted = Arc::new(Tracked::over(Box::new(source)));
        let counted = Arc::new(counted(source.clone(), order, settings.limit, settings.pooled));
        match settings.log {
            None => Self { top: Box::new(counted.clone()), counted, source, log: None },
            Some(log) => {
                let log = Arc::new(Logged::over(counted.clone(), log));
                Self { top: Box::new(log.clone()), counted, source, log: Some(log) }
            }
        }
    }

    /// The whole stack.
    pub fn top(&self) -> &dyn Memory {
        &*self.top
    }

    pub fn report(&self) -> Report {
        Report { asked: self.counted.statistics(), source: self.source.statistics() }
    }

    /// Who holds how much, the most first.
    pub fn holders(&self) -> Vec<(&'static str, u64)> {
        self.counted.top_holders()
    }

    /// Writes the log out.
    pub fn flush(&self) -> io::Result<()> {
        self.log.as_ref().map_or(Ok(()), |log| log.flush())
    }
}
