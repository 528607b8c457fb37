//! A contract in TOML: for each figure it names, what that may be at most or must be at least.

use super::figures::{Figures, Side, known};
use crate::exit::{Broken, Usage};
use anyhow::Result;
use serde_json::json;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The bars of a file.
pub struct Contract {
    path: PathBuf,
    bars: Vec<Bar>,
}

#[derive(Debug, PartialEq)]
struct Bar {
    figure: String,
    value: f64,
    side: Side,
}

impl Contract {
    /// Reads a file such as `[latency.launch_1k]` `p50_us = 20`, `[activity]` `sm = 0.8`.
    pub fn read(path: &Path) -> Result<Self> {
        let unusable = |fault: String| Usage(format!("--slo: {}: {}", path.display(), fault.trim_end()));
        let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
        Ok(Self { path: path.into(), bars: bars(&text).map_err(unusable)? })
    }

    /// Says of each bar whether it is kept. A figure that is missing keeps none.
    pub fn judge(&self, figures: &Figures) -> Result<()> {
        let mut broken = Vec::new();
        for bar in &self.bars {
            let measured = figures.value(&bar.figure);
            let is_kept = measured.is_some_and(|measured| bar.is_kept(measured));
            let (verdict, bound) = (if is_kept { "kept" } else { "broken" }, bar.bound());
            let got = measured.map_or("not measured".into(), |measured| format!("{measured:.3}"));
            let Bar { figure, value, .. } = bar;
            let object =
                json!({ "verdict": verdict, "figure": figure, "measured": measured, "side": bound, "bar": value });
            figures.say(&format!("{verdict:<6}  {figure}: {got}, {bound} {value}"), object)?;
            if !is_kept {
                broken.push(figure.as_str());
            }
        }
        if broken.is_empty() {
            return Ok(());
        }
        let (path, count, of) = (self.path.display(), broken.len(), self.bars.len());
        Err(Broken(format!("{path}: {count} of {of} bars are broken: {}", broken.join(", "))).into())
    }
}

impl Bar {
    fn is_kept(&self, measured: f64) -> bool {
        match self.side {
            Side::AtMost => measured <= self.value,
            Side::AtLeast => measured >= self.value,
        }
    }

    fn bound(&self) -> &'static str {
        match self.side {
            Side::AtMost => "at most",
            Side::AtLeast => "at least",
        }
    }
}

fn bars(text: &str) -> Result<Vec<Bar>, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut bars = Vec::new();
    collect(&table, "", &known(), &mut bars)?;
    if bars.is_empty() {
        return Err(format!("it names no figure; there are {}", below("", &known()).join(", ")));
    }
    Ok(bars)
}

/// The bars of a table whose figures' names begin with `prefix`.
fn collect(table: &Table, prefix: &str, known: &[(String, Side)], bars: &mut Vec<Bar>) -> Result<(), String> {
    let names = below(prefix, known);
    for (name, value) in table {
        let figure = format!("{prefix}{name}");
        if !names.contains(&name.as_str()) {
            return Err(format!("there is no figure `{figure}`; there are {}", names.join(", ")));
        }
        let side = known.iter().find(|(known, _)| *known == figure).map(|(_, side)| *side);
        match (side, value) {
            (None, Value::Table(inner)) => collect(inner, &format!("{figure}."), known, bars)?,
            (None, _) => {
                let inner = below(&format!("{figure}."), known).join(", ");
                return Err(format!("`{figure}` must be a table of {inner}, got {value}"));
            }
            (Some(side), _) => bars.push(Bar { value: number(&figure, value)?, figure, side }),
        }
    }
    Ok(())
}

/// The next parts of the names that begin with `prefix`.
fn below<'a>(prefix: &str, known: &'a [(String, Side)]) -> Vec<&'a str> {
    let rests = known.iter().filter_map(|(name, _)| name.strip_prefix(prefix));
    let mut parts: Vec<&str> = rests.map(|rest| rest.split('.').next().unwrap_or(rest)).collect();
    parts.dedup();
    parts
}

fn number(figure: &str, value: &Value) -> Result<f64, String> {
    let number = match value {
        Value::Integer(whole) => Some(*whole as f64),
        Value::Float(real) => Some(*real),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| format!("`{figure}` must be a number, 0 or more, got {value}"))
}

#[cfg(test)]
mod tests {
    use super::{Bar, Side, bars};

    #[test]
    fn bars_are_read_by_figure_and_kept_on_their_side() {
        let read = bars("[latency.launch_1k]\np50_us = 20\n[activity]\nsm = 0.8").unwrap();
        let [activity, launch] = &read[..] else { panic!("{read:?}") };
        assert_eq!(*activity, Bar { figure: "activity.sm".into(), value: 0.8, side: Side::AtLeast });
        assert_eq!(*launch, Bar { figure: "latency.launch_1k.p50_us".into(), value: 20.0, side: Side::AtMost });
        assert_eq!([0.7, 0.8, 0.9].map(|sm| activity.is_kept(sm)), [false, true, true]);
        assert_eq!([19.0, 20.0, 21.0].map(|us| launch.is_kept(us)), [true, true, false]);
        assert!(!activity.is_kept(f64::NAN) && !launch.is_kept(f64::NAN));
    }

    #[test]
    fn what_no_figure_is_named_is_refused_with_those_there_are() {
        let refused = |text: &str| bars(text).unwrap_err();
        assert_eq!(
            refused("[speed]\nx = 1"),
            "there is no figure `speed`; there are latency, memory, pipeline, activity"
        );
        let quantiles = "p50_us, p99_us, p99_9_us";
        assert_eq!(
            refused("[latency.launch_1k]\np90_us = 1"),
            format!("there is no figure `latency.launch_1k.p90_us`; there are {quantiles}")
        );
        assert!(
            refused("[latency.launch]\np50_us = 1").starts_with("there is no figure `latency.launch`; there are allo")
        );
        assert_eq!(
            refused("latency.launch_1k = 5"),
            format!("`latency.launch_1k` must be a table of {quantiles}, got 5")
        );
        assert_eq!(refused(""), "it names no figure; there are latency, memory, pipeline, activity");
    }

    #[test]
    fn what_is_no_bar_is_refused() {
        for value in ["nan", "inf", "-1", "\"fast\"", "{ p50_us = 1 }"] {
            let said = bars(&format!("activity.sm = {value}")).unwrap_err();
            assert_eq!(said, format!("`activity.sm` must be a number, 0 or more, got {value}"));
        }
        assert!(bars("activity.sm =").unwrap_err().contains("line 1"));
    }
}
