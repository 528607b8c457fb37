//! Information between variables: `mi`, `cmi` and `entropy`.

use crate::args::{Compute, Data, Estimate};
use crate::output;
use anyhow::Result;
use prism_ai::Series;
use prism_ai::information::{self, conditional_mutual_information, entropy, mutual_information};
use prism_ai::network::Units;
use prism_ai::series::Columns;
use prism_ai::transfer_entropy::{Estimation, Estimator};
use prism_device::Device;
use serde_json::json;

const MI_EXAMPLES: &str = "\
Examples:
  prism-ai mi data.csv --x temperature --y pressure
  prism-ai mi data.npy --x 0,1 --y 2 --k 8 --units bits --json

Several columns form one vector variable.";

const CMI_EXAMPLES: &str = "\
Examples:
  prism-ai cmi data.csv --x rain --y river --z snow
  prism-ai cmi data.csv --x 0 --y 1 --z 2,3 --estimator gaussian --json

Several columns form one vector variable.";

const ENTROPY_EXAMPLES: &str = "\
Examples:
  prism-ai entropy states.csv --x state --estimator discrete --miller-madow
  prism-ai entropy data.csv --x 0,1 --estimator binned --bins 16 --units bits

Several columns form one vector variable.";

/// `I(X; Y)`.
#[derive(clap::Args)]
#[command(after_help = MI_EXAMPLES)]
pub struct Mi {
    #[command(flatten)]
    data: Data,
    /// Columns of the first variable: names or indices from 0, with commas
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    x: Columns,
    /// Columns of the second variable
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    y: Columns,
    #[command(flatten)]
    rest: Rest,
}

/// `I(X; Y | Z)`.
#[derive(clap::Args)]
#[command(after_help = CMI_EXAMPLES)]
pub struct Cmi {
    #[command(flatten)]
    data: Data,
    /// Columns of the first variable: names or indices from 0, with commas
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    x: Columns,
    /// Columns of the second variable
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    y: Columns,
    /// Columns of the variable that is known
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    z: Columns,
    #[command(flatten)]
    rest: Rest,
}

/// `H(X)`.
#[derive(clap::Args)]
#[command(after_help = ENTROPY_EXAMPLES)]
pub struct Entropy {
    #[command(flatten)]
    data: Data,
    /// Columns of the variable: names or indices from 0, with commas
    #[arg(long, value_name = "COLS", help_heading = "Variables")]
    x: Columns,
    #[command(flatten)]
    rest: Rest,
}

/// What the three have in common besides the data.
#[derive(clap::Args)]
struct Rest {
    #[command(flatten)]
    estimate: Estimate,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    compute: Compute,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Output")]
struct Output {
    /// Print one JSON object instead of a line
    #[arg(long)]
    json: bool,
    /// Add the value of each observation to the JSON object
    #[arg(long, requires = "json")]
    local: bool,
}

impl Mi {
    /// Prints the estimate.
    pub fn run(&self) -> Result<()> {
        let variables = [("--x", &self.x), ("--y", &self.y)];
        self.rest.run("I(x; y)", &self.data, variables, Estimator::default(), |of, [x, y]| {
            mutual_information(of.series, &x, &y, of.estimation, of.local, of.device)
        })
    }
}

impl Cmi {
    /// Prints the estimate.
    pub fn run(&self) -> Result<()> {
        let variables = [("--x", &self.x), ("--y", &self.y), ("--z", &self.z)];
        self.rest.run("I(x; y | z)", &self.data, variables, Estimator::default(), |of, [x, y, z]| {
            conditional_mutual_information(of.series, &x, &y, &z, of.estimation, of.local, of.device)
        })
    }
}

impl Entropy {
    /// Prints the estimate.
    pub fn run(&self) -> Result<()> {
        let usual = Estimator::Binned { bins: Estimator::BINS };
        self.rest.run("H(x)", &self.data, [("--x", &self.x)], usual, |of, [x]| {
            entropy(of.series, &x, of.estimation, of.local, of.device)
        })
    }
}

/// What an estimate rests on besides its variables.
struct Asked<'a> {
    series: &'a Series,
    estimation: &'a Estimation,
    local: bool,
    device: &'a Device,
}

impl Rest {
    /// Estimates the quantity called `symbol` from its variables, each a flag and its columns.
    fn run<const N: usize>(
        &self,
        symbol: &str,
        data: &Data,
        variables: [(&'static str, &Columns); N],
        usual: Estimator,
        estimate: impl FnOnce(Asked, [Vec<usize>; N]) -> prism_ai::Result<information::Estimate>,
    ) -> Result<()> {
        let estimation = self.estimate.settings(usual)?;
        let taken = self.compute.open(estimation.estimator)?;
        let series = data.read()?;
        let mut channels = [const { Vec::new() }; N];
        for (channels, (flag, columns)) in channels.iter_mut().zip(variables) {
            *channels = columns.resolve(series.names(), flag)?;
        }
        let asked = Asked { series: &series, estimation: &estimation, local: self.output.local, device: &taken.device };
        let estimate = estimate(asked, channels)?;
        self.compute.close(&taken)?;
        self.compute.announce(&taken, &estimate.warnings);
        self.output.print(symbol, estimation.units, &estimate)
    }
}

impl Output {
    fn print(&self, symbol: &str, units: Units, estimate: &information::Estimate) -> Result<()> {
        let information::Estimate { value, n_obs, local, .. } = estimate;
        if !self.json {
            return output::print(&format!("{symbol} = {value:.6} {units}, {n_obs} observations\n"));
        }
        let mut object = json!({ "value": value, "n_obs": n_obs, "units": units.to_string() });
        if let Some(local) = local {
            object["local"] = json!(local);
        }
        output::print_json(&object)
    }
}
