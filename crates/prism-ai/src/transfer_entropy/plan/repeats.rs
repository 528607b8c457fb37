//! Whether the recording holds more equal rows, or more equal observations, than there are neighbours.

use super::Plan;
use crate::judge::{Column, repeated, repeats_warning};
use crate::series::quoted;

impl Plan {
    /// Warns of rows of the file that are duplicates over all channels `used`, else of the first pair whose
    /// observations are.
    pub(super) fn repeats(&self, used: &[usize]) -> Option<String> {
        if !self.settings.estimation.estimator.has_neighbours() {
            return None;
        }
        let columns: Vec<Column> = used.iter().map(|&channel| (self.series.channel(channel), 0)).collect();
        let rows: Vec<usize> = (0..self.series.samples()).collect();
        let count = repeated(&columns, &rows, self.settings.estimation.k);
        if count > 0 {
            return Some(repeats_warning(count, rows.len(), &self.settings.estimation));
        }
        self.repeated_observations()
    }

    fn repeated_observations(&self) -> Option<String> {
        let rows = self.embedding(self.settings.delays[0]).rows(self.series.trials());
        let count = |columns: &[Column]| repeated(columns, &rows, self.settings.estimation.k);
        let mut targets: Vec<usize> = self.pairs.iter().map(|&(_, target)| target).collect();
        targets.sort_unstable();
        targets.dedup();
        // A pair repeats only what its target repeats, and most targets repeat nothing.
        targets.retain(|&target| count(&self.target_columns(target)) > 0);
        let suspects = self.pairs.iter().filter(|(_, target)| targets.contains(target));
        suspects.map(|&pair| (pair, count(&self.columns(pair)))).find(|(_, count)| *count > 0).map(
            |((source, target), count)| {
                let name = |channel: usize| quoted(&self.series.names()[channel]);
                let warning = repeats_warning(count, rows.len(), &self.settings.estimation);
                format!("{} to {}, embedded: {warning}; there may be more such pairs", name(source), name(target))
            },
        )
    }

    /// The target and its past.
    fn target_columns(&self, target: usize) -> Vec<Column<'_>> {
        let channel = self.series.channel(target);
        let past = self.embedding(self.settings.delays[0]).target_lags();
        std::iter::once(0).chain(past).map(|lag| (channel, lag)).collect()
    }

    /// All values of an observation of a pair.
    fn columns(&self, pair @ (source, target): (usize, usize)) -> Vec<Column<'_>> {
        let mut columns = self.target_columns(target);
        let lags = self.embedding(self.settings.delays[0]).source_lags();
        columns.extend(lags.into_iter().map(|lag| (self.series.channel(source), lag)));
        let lag = self.settings.conditional_delay;
        columns.extend(self.condition(pair).into_iter().map(|channel| (self.series.channel(channel), lag)));
        columns
    }
}
