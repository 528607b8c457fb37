//! The call into the library.

use anyhow::{Result, bail};
use prism_ai::transfer_entropy::Estimation;
use prism_ai::{Series, judge};
use prism_device::Device;

/// A variable: its flag and its channels.
pub type Variable = (&'static str, Vec<usize>);

/// An estimate.
pub struct Estimated {
    pub value: f64,
    pub n_obs: usize,
    pub local: Option<Vec<f64>>,
}

/// Judges the request; returns what the user should know.
pub fn judge(series: &Series, variables: &[Variable], settings: &Estimation) -> Result<Vec<String>> {
    let fit = match variables {
        [(flag, x)] => judge::entropy(series, flag, x, settings),
        several => {
            let several: Vec<_> = several.iter().map(|(flag, channels)| (*flag, channels.as_slice())).collect();
            judge::variables(series, &several, settings)
        }
    };
    Ok(fit?.warnings)
}

/// Estimates entropy of one, mutual information of two, conditional mutual information of three variables.
pub fn estimate(
    _series: &Series,
    _variables: &[Variable],
    _settings: &Estimation,
    _local: bool,
    _device: &Device,
) -> Result<Estimated> {
    bail!("the engine is not here yet")
}
