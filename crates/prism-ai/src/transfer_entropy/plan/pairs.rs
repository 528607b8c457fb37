//! Which channels are paired.

use crate::series::quoted;
use crate::transfer_entropy::{Conditional, Settings};
use crate::{Error, Result, Series, judge};

/// Every source with every target other than itself, by source and then by target.
pub(super) fn pairs(series: &Series, settings: &Settings) -> Result<Vec<(usize, usize)>> {
    if series.channels() < 2 {
        let name = quoted(&series.names()[0]);
        let what = format!(
            "there is nothing to do: the only channel is {name}, and transfer entropy needs a source and a target"
        );
        return Err(Error::series(what));
    }
    let conditional = settings.conditional.named();
    judge::channels(series, "--conditional", conditional)?;
    let sources = side(series, "--sources", settings.sources.as_deref(), conditional)?;
    let targets = side(series, "--targets", settings.targets.as_deref(), conditional)?;
    let all = sources.iter().flat_map(|&source| targets.iter().map(move |&target| (source, target)));
    let pairs: Vec<_> = all.filter(|(source, target)| source != target).collect();
    if pairs.is_empty() {
        let what = "no pair is left, since a channel is not paired with itself; name a source and another target";
        return Err(Error::setting("--sources", what));
    }
    Ok(pairs)
}

/// The channels of one side: those named, or all that are not `conditional`.
fn side(series: &Series, flag: &'static str, named: Option<&[usize]>, conditional: &[usize]) -> Result<Vec<usize>> {
    let Some(named) = named else {
        return Ok((0..series.channels()).filter(|channel| !conditional.contains(channel)).collect());
    };
    judge::channels(series, flag, named)?;
    match conditional.iter().find(|channel| named.contains(channel)) {
        Some(&channel) => {
            let name = quoted(&series.names()[channel]);
            let what = format!("{name} is in {flag} too; a channel cannot be known and asked about at once");
            Err(Error::setting("--conditional", what))
        }
        None => Ok(named.to_vec()),
    }
}

/// The channels that pairs and conditionals are made of, in order.
pub(super) fn used(pairs: &[(usize, usize)], conditional: &Conditional, v: usize) -> Vec<usize> {
    let Conditional::Channels(conditional) = conditional else { return (0..v).collect() };
    let mut used: Vec<usize> = pairs.iter().flat_map(|&(source, target)| [source, target]).collect();
    used.extend(conditional);
    used.sort_unstable();
    used.dedup();
    used
}
