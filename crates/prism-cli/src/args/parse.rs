//! How the values of options are read.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use prism_ai::transfer_entropy::Theiler;
use std::fmt::Display;
use std::str::FromStr;

/// More delays than anyone waits for; a slip of the finger is refused before memory is filled with it.
const MOST_DELAYS: usize = 1_000_000;

/// Reads one of `all`, in the spelling of their `Display`.
pub fn one_of<T>(all: &'static [T]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Display + Send + Sync + 'static,
{
    let names = all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let find = move |name: String| all.iter().copied().find(|choice| choice.to_string() == name);
    PossibleValuesParser::new(names).try_map(move |name| find(name).ok_or("unknown"))
}

/// Reads a number of things.
pub fn count<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "expected a whole number, 0 or more")
}

/// Reads a real number.
pub fn real(text: &str) -> Result<f64, &'static str> {
    text.parse().map_err(|_| "expected a number, such as 0.05 or 1e-8")
}

/// Reads a Theiler window.
pub fn theiler(text: &str) -> Result<Theiler, &'static str> {
    match text {
        "auto" => Ok(Theiler::Auto),
        _ => text.parse().map(Theiler::Rows).map_err(|_| "expected a number of samples, 0 or more, or auto"),
    }
}

/// A list of delays, such as `1..5` (with both ends) or `1,2,7`.
#[derive(Debug, Clone, PartialEq)]
pub struct Delays(pub Vec<usize>);

impl FromStr for Delays {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut delays = Vec::new();
        for entry in text.split(',') {
            let (first, last) = entry.split_once("..").unwrap_or((entry, entry));
            let (first, last) = (delay(first)?, delay(last)?);
            if first > last {
                return Err(format!("{entry} runs backwards; write {last}..{first}"));
            }
            if last - first >= MOST_DELAYS {
                return Err(format!("{entry} is more than {MOST_DELAYS} delays"));
            }
            delays.extend(first..=last);
        }
        Ok(Self(delays))
    }
}

fn delay(text: &str) -> Result<usize, String> {
    let refusal = || format!("`{text}` is no delay; write samples, 1 or more, as in 1..5 or 1,2,7");
    text.trim().parse().map_err(|_| refusal())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(text: &str) -> Result<Vec<usize>, String> {
        text.parse().map(|Delays(delays)| delays)
    }

    #[test]
    fn delays_are_lists_and_ranges_with_both_ends() {
        assert_eq!(delays("3"), Ok(vec![3]));
        assert_eq!(delays("1..5"), Ok(vec![1, 2, 3, 4, 5]));
        assert_eq!(delays("1,2,7"), Ok(vec![1, 2, 7]));
        assert_eq!(delays("1..3, 8"), Ok(vec![1, 2, 3, 8]));
        assert_eq!(delays("4..4"), Ok(vec![4]));
    }

    #[test]
    fn what_is_no_delay_is_named() {
        let mend = "is no delay; write samples, 1 or more, as in 1..5 or 1,2,7";
        for (text, entry) in [("-1", "-1"), ("1,x", "x"), ("", ""), ("1..", ""), ("1.5", "1.5"), ("1..=5", "=5")] {
            assert_eq!(delays(text), Err(format!("`{entry}` {mend}")));
        }
        assert_eq!(delays("5..1"), Err("5..1 runs backwards; write 1..5".into()));
        assert_eq!(delays("1..99999999999"), Err("1..99999999999 is more than 1000000 delays".into()));
    }

    #[test]
    fn theiler_windows_are_counted_or_found() {
        assert_eq!(theiler("auto"), Ok(Theiler::Auto));
        assert_eq!(theiler("12"), Ok(Theiler::Rows(12)));
        assert!(theiler("-1").is_err());
    }
}
