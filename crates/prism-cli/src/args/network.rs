//! What transfer entropy is made of, and when it is significant.

use super::parse::{Delays, count, one_of, real};
use prism_ai::Result;
use prism_ai::series::Columns;
use prism_ai::significance::Correction;
use prism_ai::transfer_entropy::{Conditional, Settings, SurrogateMethod};

#[derive(clap::Args)]
#[command(next_help_heading = "Transfer entropy")]
pub struct Embedding {
    /// Channels that may drive [default: all but those in --conditional]
    #[arg(long, value_name = "COLS")]
    sources: Option<Columns>,

    /// Channels that may be driven [default: all but those in --conditional]
    #[arg(long, value_name = "COLS")]
    targets: Option<Columns>,

    /// Channels that are known besides the target's past; others: all but the pair's own (of two channels, none)
    #[arg(long, value_name = "COLS|others")]
    conditional: Option<Columns>,

    /// Samples from the conditionals to the target
    #[arg(long, value_name = "N", default_value_t = default().conditional_delay, value_parser = count::<usize>, allow_negative_numbers = true)]
    conditional_delay: usize,

    /// Past values of the target
    #[arg(long, value_name = "N", default_value_t = default().target_history, value_parser = count::<usize>, allow_negative_numbers = true)]
    target_history: usize,

    /// Past values of the source
    #[arg(long, value_name = "N", default_value_t = default().source_history, value_parser = count::<usize>, allow_negative_numbers = true)]
    source_history: usize,

    /// Samples between past values of the target
    #[arg(long, value_name = "N", default_value_t = default().target_tau, value_parser = count::<usize>, allow_negative_numbers = true)]
    target_tau: usize,

    /// Samples between past values of the source
    #[arg(long, value_name = "N", default_value_t = default().source_tau, value_parser = count::<usize>, allow_negative_numbers = true)]
    source_tau: usize,

    /// Samples from the source to the target, as 1..5 or 1,2,7; the strongest is reported
    #[arg(long, value_name = "LIST", default_value = "1", allow_hyphen_values = true)]
    delays: Delays,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Significance")]
pub struct Significance {
    /// Surrogates behind each p-value; 0 for no p-values
    #[arg(long, value_name = "N", default_value_t = default().surrogates, value_parser = count::<usize>, allow_negative_numbers = true)]
    surrogates: usize,

    /// How the source is made independent: its observations permuted, or shifted in a circle
    #[arg(long, value_name = "permute|shift", hide_possible_values = true, default_value_t = default().surrogate_method, value_parser = one_of(SurrogateMethod::ALL))]
    surrogate_method: SurrogateMethod,

    /// Level at or below which a corrected p-value is significant
    #[arg(long, value_name = "X", default_value_t = default().alpha, value_parser = real, allow_negative_numbers = true)]
    alpha: f64,

    /// How p-values are corrected for the number of pairs: fdr-bh, bonferroni or none
    #[arg(long, value_name = "HOW", hide_possible_values = true, default_value_t = default().correction, value_parser = one_of(&Correction::ALL))]
    correction: Correction,
}

fn default() -> Settings {
    Settings::default()
}

impl Embedding {
    /// Writes these options into `settings`; columns are looked up among `names`.
    pub fn apply(&self, names: &[String], settings: &mut Settings) -> Result<()> {
        let all =
            |columns: &Option<Columns>, flag| columns.as_ref().map(|columns| columns.resolve(names, flag)).transpose();
        settings.sources = all(&self.sources, "--sources")?;
        settings.targets = all(&self.targets, "--targets")?;
        settings.conditional = self.conditional(names)?;
        settings.conditional_delay = self.conditional_delay;
        settings.target_history = self.target_history;
        settings.source_history = self.source_history;
        settings.target_tau = self.target_tau;
        settings.source_tau = self.source_tau;
        settings.delays.clone_from(&self.delays.0);
        Ok(())
    }

    fn conditional(&self, names: &[String]) -> Result<Conditional> {
        match &self.conditional {
            None => Ok(Conditional::default()),
            Some(columns) if columns.is_word("others", names) => Ok(Conditional::Others),
            Some(columns) => columns.resolve(names, "--conditional").map(Conditional::Channels),
        }
    }
}

impl Significance {
    /// Writes these options into `settings`.
    pub fn apply(&self, settings: &mut Settings) {
        settings.surrogates = self.surrogates;
        settings.surrogate_method = self.surrogate_method;
        settings.alpha = self.alpha;
        settings.correction = self.correction;
    }
}
