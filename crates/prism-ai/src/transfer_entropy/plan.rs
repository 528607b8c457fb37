//! A job that was judged: every argument is looked at here, once, before anything is computed.

mod pairs;
mod reach;
mod repeats;
mod surrogates;
#[cfg(test)]
mod tests;

use super::{Embedding, Settings};
use crate::{Error, Result, Series, judge};
use std::collections::HashSet;

/// More would fill the memory with their estimates, and no p-value needs them.
const MOST_SURROGATES: usize = 10_000_000;

/// A recording and what to do with it, found fit for each other.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The recording.
    pub series: Series,
    /// What was asked.
    pub settings: Settings,
    /// The ordered pairs to estimate, source before target, by source and then by target.
    pub pairs: Vec<(usize, usize)>,
    /// The Theiler window in samples.
    pub theiler: usize,
    /// What the user should know, each a sentence.
    pub warnings: Vec<String>,
}

impl Plan {
    /// Judges whether `settings` are in range and fit `series`.
    ///
    /// Pairs of a channel with itself are left out. Costs a sort of suspicious rows, no estimate.
    ///
    /// # Errors
    /// `Setting` with the flag, or `Series` with the channel, that stands in the way, and what mends it.
    pub fn new(series: Series, settings: Settings) -> Result<Self> {
        in_range(&settings)?;
        let pairs = pairs::pairs(&series, &settings)?;
        let used = pairs::used(&pairs, &settings.conditional, series.channels());
        let mut warnings = judge::values(&series, &used, &settings.estimation)?;
        let theiler = judge::theiler(&series, &used, &settings.estimation);
        let plan = Self { series, settings, pairs, theiler, warnings: Vec::new() };
        warnings.extend(plan.long_enough()?);
        warnings.extend(plan.repeats(&used));
        warnings.extend(plan.too_few_surrogates());
        Ok(Self { warnings, ..plan })
    }

    /// How observations are made at one delay.
    pub fn embedding(&self, delay: usize) -> Embedding {
        let settings = &self.settings;
        Embedding {
            target_history: settings.target_history,
            source_history: settings.source_history,
            target_tau: settings.target_tau,
            source_tau: settings.source_tau,
            delay,
            conditionals: settings.conditional.count(self.series.channels()),
            conditional_delay: settings.conditional_delay,
        }
    }

    /// The channels known besides the target's past when a pair is asked about.
    pub(super) fn condition(&self, pair: (usize, usize)) -> Vec<usize> {
        self.settings.conditional.of(pair, self.series.channels())
    }

    /// The number of estimates a run makes: every pair at every delay, observed and with every surrogate.
    pub fn estimates(&self) -> u64 {
        let each = self.settings.delays.len() as u64 * (1 + self.settings.surrogates as u64);
        self.pairs.len() as u64 * each
    }
}

/// Judges what can be judged without data.
fn in_range(settings: &Settings) -> Result<()> {
    judge::estimation(&settings.estimation)?;
    let counts = [
        ("--target-history", settings.target_history),
        ("--source-history", settings.source_history),
        ("--target-tau", settings.target_tau),
        ("--source-tau", settings.source_tau),
    ];
    for (flag, count) in counts {
        if count == 0 {
            return Err(Error::setting(flag, "0 is too few; use 1 or more"));
        }
    }
    if !(settings.alpha > 0.0 && settings.alpha < 1.0) {
        let what = format!("{} is not between 0 and 1; 0.05 is usual", settings.alpha);
        return Err(Error::setting("--alpha", what));
    }
    if settings.surrogates > MOST_SURROGATES {
        let what = format!("{} are more than anyone waits for; use {MOST_SURROGATES} or fewer", settings.surrogates);
        return Err(Error::setting("--surrogates", what));
    }
    delays(&settings.delays)
}

fn delays(delays: &[usize]) -> Result<()> {
    let refuse = |what: String| Err(Error::setting("--delays", what));
    if delays.is_empty() {
        return refuse("no delay is given; use one or more, such as 1 or 1..5".into());
    }
    let mut seen = HashSet::with_capacity(delays.len());
    for delay in delays {
        if *delay == 0 {
            return refuse("0 is not a delay; the source must lie 1 sample or more before the target".into());
        }
        if !seen.insert(delay) {
            return refuse(format!("{delay} is given twice; give each delay once"));
        }
    }
    Ok(())
}
