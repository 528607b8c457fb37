//! How far a run is: a bar on a terminal, a line every few seconds elsewhere, nothing when quiet.

use crate::{interrupt, output};
use indicatif::{ProgressBar, ProgressStyle};
use prism_ai::progress::Progress;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(2);
const BETWEEN_TICKS: Duration = Duration::from_millis(250);
const BAR: &str = "{bar:40.cyan/blue} {pos}/{len} {msg}, {per_sec:0}, {eta} left";

/// Shows a run on stderr and stops it on Ctrl-C.
pub struct Shown(Face);

enum Face {
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
    None,
}

impl Shown {
    /// The face that fits stderr, counting `unit`s.
    pub fn new(quiet: bool, unit: &'static str) -> Self {
        Self(match quiet {
            true => Face::None,
            false if std::io::stderr().is_terminal() => Face::Bar(bar(unit)),
            false => Face::Lines(Mutex::new(Lines::begin(unit, 0, Instant::now()))),
        })
    }

    /// Writes something to the terminal, above the bar.
    pub fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        if let Face::Bar(bar) = &self.0 { bar.suspend(write) } else { write() }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Face::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn begin(&self, total: u64) {
        match &self.0 {
            Face::Bar(bar) => {
                bar.set_length(total);
                bar.enable_steady_tick(BETWEEN_TICKS);
            }
            Face::Lines(lines) => with(lines, |lines| *lines = Lines::begin(lines.unit, total, Instant::now())),
            Face::None => {}
        }
    }

    fn advance(&self, done: u64) {
        match &self.0 {
            Face::Bar(bar) => bar.inc(done),
            Face::Lines(lines) => with(lines, |lines| {
                if let Some(line) = lines.advance(done, Instant::now()) {
                    output::say(&line);
                }
            }),
            Face::None => {}
        }
    }

    fn cancelled(&self) -> bool {
        interrupt::asked()
    }
}

fn bar(unit: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::no_length().with_style(style).with_message(unit)
}

fn with(lines: &Mutex<Lines>, change: impl FnOnce(&mut Lines)) {
    change(&mut lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
}

/// What has been done, and when it was last said.
struct Lines {
    unit: &'static str,
    total: u64,
    done: u64,
    begun: Instant,
    said: Instant,
}

impl Lines {
    fn begin(unit: &'static str, total: u64, now: Instant) -> Self {
        Self { unit, total, done: 0, begun: now, said: now }
    }

    /// The line to say, when it is time.
    fn advance(&mut self, done: u64, now: Instant) -> Option<String> {
        self.done += done;
        let time = now.duration_since(self.said) >= BETWEEN_LINES && self.done > 0;
        time.then(|| {
            self.said = now;
            self.line(now.duration_since(self.begun))
        })
    }

    fn line(&self, elapsed: Duration) -> String {
        let Self { unit, total, done, .. } = *self;
        let rate = done as f64 / elapsed.as_secs_f64();
        let left = total.saturating_sub(done) as f64 / rate;
        let share = 100 * done / total.max(1);
        format!("{unit} {done}/{total} ({share} %), {}/s, {} left", rounded(rate), duration(left))
    }
}

/// A rate with the digits that matter.
fn rounded(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

/// Seconds as people say them.
fn duration(seconds: f64) -> String {
    let whole = seconds.ceil() as u64;
    match whole {
        0..120 => format!("{whole} s"),
        120..7200 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_every_few_seconds() {
        let begun = Instant::now();
        let mut lines = Lines::begin("estimates", 100_000, begun);
        let after = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(lines.advance(5000, after(1)), None);
        let line = lines.advance(7000, after(3));
        assert_eq!(line.as_deref(), Some("estimates 12000/100000 (12 %), 4000/s, 22 s left"));
        assert_eq!(lines.advance(1, after(4)), None);
        assert!(lines.advance(1, after(5)).is_some());
    }

    #[test]
    fn long_runs_are_told_in_minutes_and_hours() {
        assert_eq!(duration(0.2), "1 s");
        assert_eq!(duration(150.0), "2 min 30 s");
        assert_eq!(duration(9000.0), "2 h 30 min");
        assert_eq!((rounded(0.52), rounded(340.4)), ("0.5".into(), "340".into()));
    }
}
