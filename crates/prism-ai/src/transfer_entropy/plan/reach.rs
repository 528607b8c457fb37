//! Whether the samples suffice for the histories, the delays, the neighbours and the Theiler window.

use super::Plan;
use crate::transfer_entropy::Embedding;
use crate::{Error, Result, judge};

impl Plan {
    /// Judges the longest delay, which leaves the fewest observations; warns of trials that leave none.
    pub(super) fn long_enough(&self) -> Result<Option<String>> {
        let farthest = self.settings.delays.iter().copied().max().unwrap_or(1);
        let embedding = self.embedding(farthest);
        let trials = self.series.trials();
        let longest = trials.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        if embedding.first() >= longest {
            let (flag, what) = too_long(&embedding, longest);
            let kind = if trials.len() > 1 { "the longest trial has" } else { "there are" };
            let mend = judge::lies_on_its_side(&self.series);
            let mend = mend.unwrap_or_else(|| "shorten it or give more samples".into());
            return Err(Error::setting(flag, format!("{what}, and {kind} {longest}; {mend}")));
        }
        let n_obs = embedding.observations(trials);
        judge::enough(&self.series, &self.settings.estimation, self.theiler, n_obs, embedding.dimension())?;
        let short = trials.iter().filter(|trial| trial.len() <= embedding.first()).count();
        let warning = format!("{short} of {} trials are too short for one observation and are left out", trials.len());
        Ok((short > 0).then_some(warning))
    }
}

/// The setting that reaches back beyond `samples`, and how far.
fn too_long(embedding: &Embedding, samples: usize) -> (&'static str, String) {
    let Embedding { target_history, target_tau, source_history, source_tau, delay, conditional_delay, .. } = *embedding;
    let history = |count, tau, reach| format!("{count} values {tau} apart reach back {reach} samples");
    if embedding.target_reach() >= samples {
        ("--target-history", history(target_history, target_tau, embedding.target_reach()))
    } else if delay >= samples {
        ("--delays", format!("{delay} reaches back {delay} samples"))
    } else if embedding.source_reach() >= samples {
        let what = history(source_history, source_tau, embedding.source_reach());
        ("--source-history", format!("{what} with the delay of {delay}"))
    } else {
        ("--conditional-delay", format!("{conditional_delay} reaches back {conditional_delay} samples"))
    }
}
