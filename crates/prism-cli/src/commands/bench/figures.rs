//! What was measured, by name, and said as soon as it is known.

use super::latency;
use crate::output;
use anyhow::Result;
use prism_device::{Samples, Taken};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// On which side of a bar a figure is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    AtMost,
    AtLeast,
}

/// The quantiles of a latency, in microseconds.
const QUANTILES: [(&str, f64); 3] = [("p50_us", 0.5), ("p99_us", 0.99), ("p99_9_us", 0.999)];

/// All other figures.
const OTHERS: [(&str, Side); 8] = [
    ("memory.churn_ns", Side::AtMost),
    ("memory.fragmentation", Side::AtMost),
    ("memory.network_reuse", Side::AtLeast),
    ("pipeline.gb_per_s", Side::AtLeast),
    ("pipeline.overlap", Side::AtLeast),
    ("pipeline.times_plain", Side::AtLeast),
    ("activity.sm", Side::AtLeast),
    ("activity.occupancy", Side::AtLeast),
];

/// Every figure that a contract can name.
pub fn known() -> Vec<(String, Side)> {
    let quantiles = |latency| QUANTILES.map(|(quantile, _)| (of_latency(latency, quantile), Side::AtMost));
    let others = OTHERS.into_iter().map(|(name, side)| (name.to_owned(), side));
    latency::names().flat_map(quantiles).chain(others).collect()
}

fn of_latency(latency: &str, quantile: &str) -> String {
    format!("latency.{latency}.{quantile}")
}

/// The figures so far.
pub struct Figures {
    device: String,
    is_json: bool,
    values: BTreeMap<String, f64>,
}

impl Figures {
    /// None yet, on a device.
    pub fn on(taken: &Taken, is_json: bool) -> Result<Self> {
        if !is_json {
            output::print(&format!("device: {taken}\n"))?;
        }
        Ok(Self { device: taken.to_string(), is_json, values: BTreeMap::new() })
    }

    /// A figure, if it was measured.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// Adds the times of a job, in microseconds.
    pub fn latency(&mut self, name: &str, times: &Samples) -> Result<()> {
        let mut object = json!({ "latency": name, "samples": times.count() });
        for (quantile, share) in QUANTILES {
            object[quantile] = times.quantile(share).into();
            self.values.insert(of_latency(name, quantile), times.quantile(share));
        }
        let [p50, p99, p99_9] = QUANTILES.map(|(_, share)| times.quantile(share));
        let line = format!("{name:<22}  p50 {p50:>9.3} µs  p99 {p99:>9.3}  p99.9 {p99_9:>9.3}");
        self.say(&line, object)
    }

    /// Adds figures of a group, which `line` tells, and says `more` of them in JSON.
    pub fn group(&mut self, group: &str, figures: &[(&str, f64)], line: &str, more: Value) -> Result<()> {
        let mut object = more;
        for (name, value) in figures {
            object[name] = (*value).into();
            self.values.insert(format!("{group}.{name}"), *value);
        }
        object["group"] = group.into();
        self.say(line, object)
    }

    /// Says why the figures of a group are not there.
    pub fn missing(&self, group: &str, reason: &str) -> Result<()> {
        self.say(&format!("no {group}: {reason}"), json!({ "missing": group, "reason": reason }))
    }

    /// Says a line, or an object of the device in its place.
    pub fn say(&self, line: &str, mut object: Value) -> Result<()> {
        object["device"] = self.device.as_str().into();
        if self.is_json { output::print_json(&object) } else { output::print(&format!("{line}\n")) }
    }
}
