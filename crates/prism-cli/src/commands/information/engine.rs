//! The call into the library.

use anyhow::Result;
use prism_ai::information::{self, Estimate};
use prism_ai::transfer_entropy::Estimation;
use prism_ai::{Series, judge};
use prism_device::Device;

/// A variable: its flag and its channels.
pub type Variable = (&'static str, Vec<usize>);

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
    series: &Series,
    variables: &[Variable],
    settings: &Estimation,
    local: bool,
    device: &Device,
) -> Result<Estimate> {
    Ok(match variables {
        [(_, x), (_, y), (_, z)] => {
            information::conditional_mutual_information(series, x, y, z, settings, local, device)?
        }
        [(_, x), (_, y)] => information::mutual_information(series, x, y, settings, local, device)?,
        one => information::entropy(series, &one[0].1, settings, local, device)?,
    })
}
