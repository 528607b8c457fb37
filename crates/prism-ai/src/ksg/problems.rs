//! A batch of problems over the same variables, one after the other.

use super::KsgSettings;
use super::variable::{Variable, series};
use crate::information;
use prism_derive::Outputs;
use prism_device::{Buffer, Real, Result};
use prism_kernels::argument::require;

/// Information, in units of the logarithm to `base`.
#[derive(Debug, Outputs)]
pub struct KsgInformation {
    /// The estimate of every problem, `[..]`.
    pub information: Buffer<f64>,
    /// What each observation contributes to it, `[.., n]`: its mean is the estimate.
    pub local: Option<Buffer<f64>>,
    /// The standard error of that mean, `[..]`, as if contributions were independent.
    pub standard_error: Option<Buffer<f64>>,
    /// The distances of each observation to its 1st … k-th neighbour, `[.., k, n]`, in the units of the normalized variables.
    pub radii: Option<Buffer<f64>>,
}

/// I(X; Y) or I(X; Y | Z) of every problem: each variable under the name that errors give it.
pub(super) fn answer<T: Real>(
    operation: &'static str,
    named: &[(&'static str, &Buffer<T>)],
    settings: &KsgSettings,
) -> Result<KsgInformation> {
    let device = named[0].1.device();
    let variables =
        named.iter().map(|(name, buffer)| Variable::of(operation, name, buffer)).collect::<Result<Vec<_>>>()?;
    let x = &variables[0];
    for ((name, _), variable) in named.iter().zip(&variables).skip(1) {
        x.same(operation, name, variable)?;
    }
    let columned = variables[..2].iter().all(|variable| variable.d >= 1);
    require(operation, columned, "x and y of one column or more", || format!("{} and {}", x.d, variables[1].d))?;
    let estimation = settings.estimation(operation, T::DTYPE, device, x.n)?;
    let (mut found, mut local, mut radii) = (Vec::new(), Vec::new(), Vec::new());
    for problem in 0..x.problems() {
        let series = series(variables.iter().flat_map(|v| v.columns(problem)).cloned().collect(), &[x.n])?;
        let of = channels(&variables);
        let groups = [&of[0][..], &of[1], of.get(2).map_or(&[], Vec::as_slice)];
        let estimate =
            information::estimate(&series, groups, &estimation, settings.theiler, settings.with_local, device)?;
        found.push(settings.in_base(estimate.value));
        local.extend(estimate.local.into_iter().flatten().map(|nats| settings.in_base(nats)));
        if settings.with_radii {
            radii.extend(information::radii(&series, groups, &estimation, settings.theiler, device)?);
        }
    }
    let with = |last: &[usize]| [&x.axes, last].concat();
    let errors: Vec<f64> = local.chunks(x.n.max(1)).map(KsgSettings::standard_error).collect();
    Ok(KsgInformation {
        information: device.upload(&found, &x.axes)?,
        local: settings.with_local.then(|| device.upload(&local, &with(&[x.n]))).transpose()?,
        standard_error: settings.with_local.then(|| device.upload(&errors, &x.axes)).transpose()?,
        radii: settings.with_radii.then(|| device.upload(&radii, &with(&[settings.k, x.n]))).transpose()?,
    })
}

/// The channels of each variable, where all stand one after the other.
fn channels(variables: &[Variable]) -> Vec<Vec<usize>> {
    let starts = variables.iter().scan(0, |next, variable| {
        *next += variable.d;
        Some(*next - variable.d)
    });
    starts.zip(variables).map(|(start, variable)| (start..start + variable.d).collect()).collect()
}
