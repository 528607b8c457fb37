//! Writes down every allocation, so that it can be read by others and replayed.

use super::{Block, Memory, Request, Shortage, StreamId, passes_on};
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a log says first: the names of its columns.
pub const HEADER: &str = "microseconds,event,address,bytes,stream,holder";

/// A source whose allocations are written down as CSV, a line each.
pub struct Logged<M, W: Write> {
    source: M,
    since: Instant,
    log: Mutex<(W, io::Result<()>)>,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, in microseconds since the log began.
    pub microseconds: u64,
    /// What.
    pub kind: EventKind,
    /// The block's first address; 0 where there was none.
    pub address: u64,
    /// The bytes asked for, or of the block given back.
    pub bytes: u64,
    /// The stream it was asked for or given back on.
    pub stream: StreamId,
    /// The name of whom it is for.
    pub holder: String,
}

/// What an [`Event`] is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A request was granted.
    Allocate,
    /// A request was refused.
    Refuse,
    /// A block was given back.
    Free,
}

impl EventKind {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Allocate, "allocate"), (Self::Refuse, "refuse"), (Self::Free, "free")];
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { microseconds, kind, address, bytes, stream, holder } = self;
        let name = EventKind::ALL.iter().find(|(of, _)| of == kind).map_or("", |(_, name)| *name);
        write!(f, "{microseconds},{name},{address},{bytes},{},{holder}", stream.number())
    }
}

impl FromStr for Event {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let cells: Vec<&str> = line.splitn(6, ',').collect();
        let [microseconds, kind, address, bytes, stream, holder] = cells[..] else {
            return Err(format!("a line has six columns ({HEADER}), got {}", cells.len()));
        };
        let number = |name: &str, text: &str| {
            text.parse::<u64>().map_err(|_| format!("`{name}` must be a whole number, 0 or more, got `{text}`"))
        };
        let kind = EventKind::ALL.iter().find(|(_, name)| *name == kind);
        let stream_number = number("stream", stream)? as usize;
        Ok(Self {
            microseconds: number("microseconds", microseconds)?,
            kind: kind.ok_or("`event` must be allocate, refuse or free")?.0,
            address: number("address", address)?,
            bytes: number("bytes", bytes)?,
            stream: StreamId::of(stream_number)
                .ok_or_else(|| format!("`stream` must be below {}, got {stream}", StreamId::MOST))?,
            holder: holder.to_owned(),
        })
    }
}

impl<M: Memory, W: Write + Send> Logged<M, W> {
    /// Writes down what is allocated of a source from now on.
    pub fn over(source: M, mut log: W) -> Self {
        let begun = writeln!(log, "{HEADER}");
        Self { source, since: Instant::now(), log: Mutex::new((log, begun)) }
    }

    /// Writes out what is held back. After the first failure nothing more is written.
    ///
    /// # Errors
    /// The log could not be written, now or before.
    pub fn flush(&self) -> io::Result<()> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut log.1, Ok(()))?;
        log.0.flush()
    }

    fn write(&self, kind: EventKind, address: u64, bytes: u64, stream: StreamId, holder: &str) {
        let microseconds = self.since.elapsed().as_micros() as u64;
        let event = Event { microseconds, kind, address, bytes, stream, holder: holder.to_owned() };
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.1.is_ok() {
            log.1 = writeln!(log.0, "{event}");
        }
    }
}

/// A block's return is written before it happens and its allocation after: no line of an address overtakes another.
impl<M: Memory, W: Write + Send> Memory for Logged<M, W> {
    fn allocate(&self, request: Request) -> Result<Block, Shortage> {
        let Request { bytes, stream, holder } = request;
        let granted = self.source.allocate(request);
        let (kind, address) = match &granted {
            Ok(block) => (EventKind::Allocate, block.address),
            Err(_) => (EventKind::Refuse, 0),
        };
        self.write(kind, address, bytes, stream, holder.name());
        granted
    }

    fn free(&self, block: Block, stream: StreamId) {
        self.write(EventKind::Free, block.address, block.bytes, stream, block.holder.name());
        self.source.free(block, stream);
    }

    passes_on!(self => self.source);
}
