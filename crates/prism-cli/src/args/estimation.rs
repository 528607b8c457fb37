//! How information is estimated.

use super::parse::{count, one_of, real, theiler};
use anyhow::Result;
use prism_ai::Error;
use prism_ai::network::Units;
use prism_ai::transfer_entropy::{Estimation, Estimator, Normalize, Precision, Theiler};

#[derive(clap::Args)]
#[command(next_help_heading = "Estimator")]
pub struct Estimate {
    /// ksg1, ksg2, gaussian, binned or discrete [default: ksg1; of entropy: binned]
    #[arg(long, value_name = "NAME", value_parser = one_of(Estimator::ALL), hide_possible_values = true)]
    estimator: Option<Estimator>,

    /// Nearest neighbours
    #[arg(long, value_name = "N", default_value_t = default().k, value_parser = count::<usize>, allow_negative_numbers = true)]
    k: usize,

    /// Samples on either side that are too near in time to be neighbours, or auto
    #[arg(long, value_name = "N|auto", default_value_t = default().theiler, value_parser = theiler, allow_negative_numbers = true)]
    theiler: Theiler,

    /// What is brought to mean 0 and standard deviation 1: series, embedded columns or none
    #[arg(long, value_name = "WHAT", hide_possible_values = true, default_value_t = default().normalize, value_parser = one_of(Normalize::ALL))]
    normalize: Normalize,

    /// Standard deviation of the noise that breaks ties, after normalization; 0 for none
    #[arg(long, value_name = "X", default_value = format!("{:e}", default().noise), value_parser = real, allow_negative_numbers = true)]
    noise: f64,

    /// Bins of a channel, for the binned estimator [default: 10]
    #[arg(long, value_name = "N", value_parser = count::<usize>, allow_negative_numbers = true)]
    bins: Option<usize>,

    /// Correct counted states for the number of samples
    #[arg(long)]
    miller_madow: bool,

    /// Unit of results
    #[arg(long, value_name = "nats|bits", hide_possible_values = true, default_value_t = default().units, value_parser = one_of(&[Units::Nats, Units::Bits]))]
    units: Units,

    /// Number type of distances: f32 is faster, and within 2e-3 nats where values do not repeat
    #[arg(long, value_name = "f32|f64", hide_possible_values = true, default_value_t = default().precision, value_parser = one_of(Precision::ALL))]
    precision: Precision,

    /// Where random numbers start
    #[arg(long, value_name = "N", default_value_t = default().seed, value_parser = count::<u64>, allow_negative_numbers = true)]
    seed: u64,
}

fn default() -> Estimation {
    Estimation::default()
}

impl Estimate {
    /// The settings, with the estimator of the command when none is named.
    pub fn settings(&self, usual: Estimator) -> Result<Estimation> {
        let Self { k, theiler, normalize, noise, units, precision, seed, miller_madow, .. } = *self;
        let estimator = self.estimator(usual)?;
        Ok(Estimation { estimator, k, theiler, normalize, noise, units, precision, seed, miller_madow })
    }

    fn estimator(&self, usual: Estimator) -> Result<Estimator> {
        match (self.estimator.unwrap_or(usual), self.bins) {
            (Estimator::Binned { .. }, Some(bins)) => Ok(Estimator::Binned { bins }),
            (other, Some(_)) => {
                let what = format!("the {other} estimator has no bins; use --estimator binned or leave it out");
                Err(Error::setting("--bins", what).into())
            }
            (estimator, None) => Ok(estimator),
        }
    }
}
