//! The main job: from a recording to its network of significant transfer entropy.

use super::summary::Summary;
use crate::args::{Compute, Data, Embedding, Estimate, Significance};
use crate::progress::Shown;
use crate::{interrupt, output};
use anyhow::Result;
use prism_ai::network::Network;
use prism_ai::report::{OutputDir, table, to_json};
use prism_ai::transfer_entropy::{Estimation, Estimator, Plan, Settings};
use prism_ai::{ErrorKind, Series};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The most pairs that a terminal shows.
const SHOWN_PAIRS: usize = 40;

const EXAMPLES: &str = "\
Examples:
  prism-ai transfer-entropy recording.csv --out result
  prism-ai te eeg.npy --delays 1..5 --target-history 2 --theiler auto --out result
  prism-ai te data.csv --sources x --targets y --conditional z --surrogates 0 --json

Transfer entropy is estimated for every ordered pair of channels, at every delay; the strongest delay is reported. Surrogates \
say how much of it arises by chance.";

/// Network of significant transfer entropy.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct TransferEntropy {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    estimate: Estimate,
    #[command(flatten)]
    embedding: Embedding,
    #[command(flatten)]
    significance: Significance,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    compute: Compute,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Output")]
struct Output {
    /// Directory for tables, matrices, graph, pictures and summary
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Replace the results in a directory that is there
    #[arg(long, requires = "out")]
    force: bool,

    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,

    /// Keep the transfer entropy of each observation, in the directory and the JSON object
    #[arg(long)]
    local: bool,
}

impl TransferEntropy {
    /// Computes the network, writes and prints it.
    pub fn run(&self) -> Result<()> {
        self.output.check()?;
        let mut summary = Summary::begin(&self.data.path);
        let estimation = self.estimate.settings(Estimator::default())?;
        let taken = self.compute.open(estimation.estimator)?;
        let series = self.data.read()?;
        let settings = self.settings(estimation, &series)?;
        let plan = Plan::new(series, settings)?;
        summary.planned(&plan, &taken);
        self.compute.announce(&taken, &plan.warnings);
        let progress = Shown::new(self.compute.quiet, "estimates");
        let network = summary.timed(&taken.device, || Ok(plan.run(&taken.device, &progress)?))?;
        drop(progress);
        self.compute.close(&taken)?;
        if let Some(directory) = &self.output.out {
            interrupt::whole(|| self.output.write(directory, &network, &summary))?;
            self.compute.say(&format!("results: {}", directory.display()));
        }
        self.output.print(&network, &plan)
    }

    fn settings(&self, estimation: Estimation, series: &Series) -> Result<Settings> {
        let mut settings = Settings { estimation, local: self.output.local, ..Settings::default() };
        self.embedding.apply(series.names(), &mut settings)?;
        self.significance.apply(&mut settings);
        Ok(settings)
    }
}

impl Output {
    /// Judges the directory before anything is read or computed.
    fn check(&self) -> Result<()> {
        if self.local && self.out.is_none() && !self.json {
            let what = "local values are not printed in a table; add --out DIR or --json";
            return Err(prism_ai::Error::setting("--local", what).into());
        }
        if let Some(directory) = &self.out {
            // Made and dropped: what cannot be written to must not come to light after hours.
            OutputDir::create(directory, self.force)?;
        }
        Ok(())
    }

    fn write(&self, path: &Path, network: &Network, summary: &Summary) -> Result<()> {
        let directory = OutputDir::create(path, self.force)?;
        directory.write_network(network)?;
        directory.write_pictures(network)?;
        directory.write_summary(&summary.to_json(network))?;
        if interrupt::asked() {
            return Err(prism_ai::Error::from(ErrorKind::Interrupted).into());
        }
        directory.commit()?;
        Ok(())
    }

    fn print(&self, network: &Network, plan: &Plan) -> Result<()> {
        if !self.json {
            return output::print(&table(network, SHOWN_PAIRS));
        }
        output::print_json(&json!({
            "pairs": to_json(network),
            "units": network.units.to_string(),
            "alpha": network.alpha,
            "correction": network.correction.to_string(),
            "surrogates": network.surrogates,
            "warnings": plan.warnings,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        command: TransferEntropy,
    }

    #[test]
    fn nothing_asked_is_what_the_library_does_by_itself() {
        let names = ["a", "b"].map(String::from).to_vec();
        let series = Series::new(names, vec![vec![0.0, 1.0], vec![2.0, 3.0]]).unwrap();
        let parsed = Alone::parse_from(["prism-ai", "data.csv"]).command;
        let estimation = parsed.estimate.settings(Estimator::default()).unwrap();
        assert_eq!(parsed.settings(estimation, &series).unwrap(), Settings::default());
    }
}
